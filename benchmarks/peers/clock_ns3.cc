// The waits of benchmarks.engines in ns-3: events that schedule themselves again -> CPU seconds.
// Arguments: processes, waits of each.
#include <ns3/core-module.h>

#include <cstdlib>
#include <ctime>
#include <iostream>

static void
Wait (double gap, int left)
{
  if (left > 0)
    {
      ns3::Simulator::Schedule (ns3::Seconds (gap), &Wait, gap, left - 1);
    }
}

int
main (int, char **arguments)
{
  int processes = std::atoi (arguments[1]);
  int times = std::atoi (arguments[2]);
  for (int i = 0; i < processes; i++)
    {
      double gap = 1.0 + double (i) / processes;
      ns3::Simulator::Schedule (ns3::Seconds (gap), &Wait, gap, times - 1);
    }
  std::clock_t begun = std::clock ();
  ns3::Simulator::Run ();
  std::cout << double (std::clock () - begun) / CLOCKS_PER_SEC << std::endl;
  ns3::Simulator::Destroy ();
}
