package io.millrace.perf.compare.carrier;

import java.nio.file.Path;

/**
 * How a carrier is started.
 *
 * @param directory       for files; exists.
 * @param memoryDirectory for what lives in memory; does not exist.
 * @param isForLatency    whether single messages are to be fast, or many of them.
 */
public record CarrierOptions(Path directory, Path memoryDirectory, boolean isForLatency) {}
