-- Uploads for wrk: the heads are made by load.py, one a request; each body begins with its number, so
-- that no two are alike. Arguments after `--`: file of the heads, bytes of a body, number of threads.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local heads = {}
local rest, each, at

function init(arguments)
  local size = tonumber(arguments[2])
  each, at = tonumber(arguments[3]), number
  for head in io.open(arguments[1], "rb"):read("*a"):gmatch("%Z+") do heads[#heads + 1] = head end
  rest = {}
  for byte = 1, size - 16 do rest[byte] = string.char(byte * 7 % 251) end
  rest = table.concat(rest)
end

function request()
  local upload = heads[at] .. ("%16d"):format(at) .. rest
  at = at + each
  return upload
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"uploads": %d, "seconds": %.6f, "p50": %.6f, "p99": %.6f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
    latency:percentile(99) / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
