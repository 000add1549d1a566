package io.millrace.perf.compare.scale;

/** Something that is measured at one size. A class with a constructor without parameters; a process makes one and runs one task. */
public interface ScaleMeasure {
    /**
     * Measures.
     *
     * @param task what, and at which size.
     * @return the figures, and what tells that nothing was lost.
     * @throws Exception when it fails, or what was read is not what was written.
     */
    ScaleOutcome run(ScaleTask task) throws Exception;
}
