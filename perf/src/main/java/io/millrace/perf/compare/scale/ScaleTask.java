package io.millrace.perf.compare.scale;

import java.nio.file.Path;

/**
 * What a process has to measure.
 *
 * @param scale     how much of it.
 * @param curve     name of the curve.
 * @param part      of the point that this process does: of several that do a point after each other, or of those that are compared.
 * @param size      where on the curve the point lies.
 * @param before    size of the point before on the same curve, whose files are there where a curve grows; 0 for the first.
 * @param directory for files.
 */
public record ScaleTask(ScaleSize scale, String curve, String part, long size, long before, Path directory) {}
