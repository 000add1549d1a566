package io.millrace.perf.compare.scale.child;

import io.millrace.perf.compare.child.ParentWatch;
import io.millrace.perf.compare.scale.ScaleMeasure;
import io.millrace.perf.compare.scale.ScaleSize;
import io.millrace.perf.compare.scale.ScaleTask;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** A process that measures one point of a curve, or a part of it, writes its figures, and ends without closing what is open. */
public final class ScaleMain {
    private ScaleMain() {}

    /**
     * Measures.
     *
     * @param args class that measures, scale, curve, part, size, size before, directory for files, file for the figures.
     */
    public static void main(final String[] args) {
        ParentWatch.start();
        LoggerFactory.getLogger(ScaleMain.class); // starts the logging library, which is nobody's to be timed
        try {
            final ScaleMeasure measure = (ScaleMeasure)
                    Class.forName(args[0]).getDeclaredConstructor().newInstance();
            final ScaleTask task = new ScaleTask(
                    ScaleSize.valueOf(args[1]),
                    args[2],
                    args[3],
                    Long.parseLong(args[4]),
                    Long.parseLong(args[5]),
                    Path.of(args[6]));
            measure.run(task).write(Path.of(args[7]));
        } catch (final Exception | Error ex) {
            ex.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }
}
