"""What is tried against the server, what becomes of it, what bounds it, and the tests that try it.

docs/robustness.md shows this list; ``docs/make_robustness.py`` makes the table, and a test compares
them and looks for each named test. Files are those of ``tests/server``.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.server.test_framing import DOUBTFUL


class Attack(NamedTuple):
    """One of them; ``tests`` are names of files and functions."""

    what: str
    becomes: str
    bound: str
    tests: tuple[str, ...]


ATTACKS = (
    Attack("slowloris: heads that never end", "cut off without an answer; others are served",
           "20 s, 16 KiB; 300 at once: less than 20 MB",
           ("test_times.py::test_a_head_has_twenty_seconds_however_it_dribbles",
            "test_hostile.py::test_hundreds_of_unfinished_heads_keep_nobody_out")),
    Attack("slow bodies: a byte now and then", "408",
           "`--body-idle`, and 500 B/s beyond it",
           ("test_times.py::test_a_body_must_come_to_500_bytes_a_second_beyond_its_first_minute",
            "test_hostile.py::test_a_byte_now_and_then_does_not_hold_a_place")),
    Attack("clients that do not read their answers", "cut off", "60 s; 30 s for a last answer",
           ("test_times.py::test_a_client_that_does_not_read_has_sixty_seconds",
            "test_times.py::test_a_last_answer_that_is_not_read_has_thirty_seconds")),
    Attack("many slow uploads at once", "served", "30 kB of memory each, however large the body",
           ("test_memory.py::test_slow_uploads_hold_no_part_of_their_bodies_in_memory",)),
    Attack("a body without a token", "401; the rest is thrown away unread", "30 s",
           ("test_hostile.py::test_a_body_without_a_token_is_thrown_away_unread",
            "test_devices.py::test_a_wrong_token_is_refused_before_the_body_and_leaves_no_trace",
            "test_times.py::test_the_rest_of_a_refused_body_is_thrown_away_for_thirty_seconds")),
    Attack("a length that is too large, none, or a lie", "413, 400; short: nothing is kept",
           "`--max-body`; a body that was cut leaves no file",
           ("test_plain.py::test_a_body_without_a_length_and_one_that_is_too_large_are_refused",
            "test_protocol.py::test_a_length_that_is_no_length_is_refused",
            "test_plain.py::test_a_body_that_ends_before_its_length_leaves_nothing",
            "test_plain.py::test_bytes_beyond_the_length_are_no_part_of_the_object")),
    Attack("chunk bombs: tiny, huge, endless extensions and trailers", "411, never parsed",
           "less than 20 MB",
           ("test_hostile.py::test_a_chunked_body_costs_nothing_however_it_goes_on",)),
    Attack(f"request smuggling: length and chunks, two lengths, {len(DOUBTFUL)} such requests",
           "400, and nothing behind it is served", "no second request is ever seen",
           ("test_framing.py::test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_behind_"
            "it_is_served", "test_framing.py::test_what_stands_in_a_body_is_never_a_request")),
    Attack("header floods: thousands of fields of four bytes, one of 16 KiB", "431",
           "16 KiB and 100 fields; 200 at once: less than 20 MB",
           ("test_hostile.py::test_many_small_fields_cost_no_more_memory_than_a_few_large_ones",
            "test_protocol.py::test_a_head_that_is_too_large_is_refused")),
    Attack("pipelining without end", "16 wait, then the connection ends", "less than 20 MB",
           ("test_hostile.py::test_one_connection_cannot_queue_requests_without_end",
            "test_hostile.py::test_requests_that_wait_behind_a_slow_one_are_few_and_small")),
    Attack("connection floods", "503 with Retry-After", "`--max-connections`, and descriptors",
           ("test_protocol.py::test_a_connection_too_many_is_told_when_to_come_back",)),
    Attack("TLS greetings that never come, or are junk", "closed, without a line in the log",
           "counted as connections; 20 s; 300 kB each",
           ("test_handshakes.py::test_those_who_never_greet_are_no_more_than_connections_may_be",
            "test_handshakes.py::test_a_handshake_that_takes_too_long_is_given_up",
            "test_handshakes.py::test_junk_in_place_of_a_greeting_is_closed_and_says_nothing_in_"
            "the_log")),
    Attack("TRACE, CONNECT, upgrades, absolute targets, HTTP/2",
           "refused, or served as if it were not there", "a token is never sent back",
           ("test_framing.py::test_trace_does_not_give_a_token_back",
            "test_hostile.py::test_strange_targets_are_answered_with_an_error",
            "test_plain.py::test_a_request_for_an_upgrade_does_not_make_an_empty_object")),
    Attack("path tricks in names: `..`, NUL, encoded, unicode, long, absolute", "400, 401 or 404",
           "no file outside of the folder",
           ("test_hostile.py::test_names_that_would_climb_out_are_refused",)),
    Attack("metadata bombs and lies in tus", "400 or 431", "no upload is begun",
           ("test_framing.py::test_metadata_that_are_a_bomb_or_a_lie_are_refused",)),
    Attack("digests that lie", "422; 460 in tus", "nothing of it is kept",
           ("test_plain.py::test_an_announced_digest_is_checked_and_a_wrong_one_leaves_nothing",
            "test_tus.py::test_a_checksum_is_checked_and_a_wrong_piece_is_not_kept",
            "test_ietf.py::test_digests_of_a_piece_and_of_the_whole_are_checked")),
    Attack("chunks twice, out of order, beyond the end", "409 with the right offset; 413",
           "no byte is written elsewhere",
           ("test_tus.py::test_a_wrong_offset_a_wrong_type_and_too_many_bytes_are_refused",
            "test_ietf.py::test_a_wrong_offset_is_answered_with_the_right_one")),
    Attack("two clients on one upload, two contents under one name",
           "the later request ends the earlier; one content is kept, the others are told 409",
           "bytes never mix",
           ("test_hostile.py::test_many_writers_on_one_upload_never_mix_their_bytes",
            "test_hostile.py::test_of_two_contents_under_one_name_one_is_kept_and_the_other_is_"
            "told")),
    Attack("unfinished uploads without end", "403, and forgotten in time",
           "`--max-per-station`, `--max-bytes-per-station`, `--expires`",
           ("test_holdings.py::test_unfinished_uploads_are_counted_and_forgotten_in_time",
            "test_holdings.py::test_what_uploads_have_announced_counts_before_it_is_there",
            "test_holdings.py::test_uploads_without_a_length_grow_no_further_than_their_station_"
            "may")),
    Attack("one stolen token: many objects, many bodies at once", "403",
           "1,000 things and 1 GB of a station, bodies on their way too",
           ("test_hostile.py::test_one_token_cannot_fill_the_disk",
            "test_holdings.py::test_bodies_on_their_way_hold_no_more_together_than_one_station_"
            "may")),
    Attack("token guessing; another station's upload", "401, counted in the metrics",
           "256 bits; digests are compared in constant time",
           ("test_hostile.py::test_guesses_of_a_token_are_refused_and_counted",
            "test_hostile.py::test_an_upload_of_another_station_is_nobodys_else",
            "test_devices.py::test_tokens_are_compared_in_constant_time_also_for_nobodys_station")),
    Attack("junk that would fill the log", "400", "20 lines of a kind in a second",
           ("test_hostile.py::test_junk_costs_the_log_no_more_than_a_few_lines_a_second",)),
    Attack("a full or broken disk, a log that nobody reads", "507 or 500; uploads go on",
           "no half file is left",
           ("test_life.py::test_a_disk_that_takes_no_more_is_an_answer_and_leaves_nothing",
            "test_life.py::test_a_log_that_nobody_reads_stops_no_upload")),
)  # fmt: skip
