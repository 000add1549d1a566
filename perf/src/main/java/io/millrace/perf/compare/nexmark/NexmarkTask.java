package io.millrace.perf.compare.nexmark;

import java.nio.file.Path;

/**
 * What a contender has to do in its process.
 *
 * @param query     name of the query, such as {@code q5b}.
 * @param cores     that it may use.
 * @param events    file of events.
 * @param directory for files; empty, and removed by somebody else.
 */
public record NexmarkTask(String query, int cores, Path events, Path directory) {}
