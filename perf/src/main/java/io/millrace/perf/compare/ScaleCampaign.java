package io.millrace.perf.compare;

import io.millrace.perf.compare.scale.ScaleOutcome;
import io.millrace.perf.compare.scale.ScaleSize;
import io.millrace.perf.compare.scale.child.ScaleMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Runs all processes of some curves: run after run, point after point.
 *
 * @param curves in the order in which they are measured.
 * @param scale  how much.
 * @param runs   how often.
 * @param free   bytes that may be taken of the disk: what needs more is left out.
 */
record ScaleCampaign(List<ScaleCurve> curves, ScaleSize scale, int runs, long free) {
    private static final List<String> FLAGS =
            List.of("-Xmx4g", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");

    /** What a loop by hand would do without, too. */
    private static final String NO_BOUNDS = "-Dagrona.disable.bounds.checks=true";

    /** How often {@link #run} tells that it begins with something. */
    int stepCount() {
        int steps = 0;
        for (final ScaleCurve curve : curves) {
            steps += sizes(curve).size() * curve.parts().size();
        }
        return steps * runs;
    }

    /** Those that there is room for. */
    List<Long> sizes(final ScaleCurve curve) {
        return Arrays.stream(curve.sizes(scale))
                .filter(size -> curve.diskLength(scale, size) <= free)
                .boxed()
                .toList();
    }

    /**
     * Measures everything. A point that fails is not measured again; the others go on.
     *
     * @param parent   of the directory that the files go to.
     * @param readings take what is measured.
     * @param progress is told what begins.
     */
    void run(final Path parent, final ScaleReadings readings, final Consumer<String> progress)
            throws IOException, InterruptedException {
        try (Workspace workspace = Workspace.create(parent)) {
            final Thread onExit = new Thread(() -> clean(workspace), "clean");
            Runtime.getRuntime().addShutdownHook(onExit);
            for (final ScaleCurve curve : curves) {
                tellLeftOut(curve, readings);
                for (int run = 0; run < runs; run++) {
                    run(workspace, curve, run, readings, progress);
                }
            }
            Runtime.getRuntime().removeShutdownHook(onExit);
        }
    }

    private void tellLeftOut(final ScaleCurve curve, final ScaleReadings readings) {
        final List<Long> measured = sizes(curve);
        final List<String> left = Arrays.stream(curve.sizes(ScaleSize.FULL))
                .filter(size -> scale != ScaleSize.TINY && !measured.contains(size))
                .mapToObj(size -> String.format(java.util.Locale.ROOT, "%,d", size))
                .collect(Collectors.toCollection(ArrayList::new));
        if (!left.isEmpty()) {
            final String why = curve.sizes(scale).length == measured.size()
                    ? "for quickness"
                    : String.format(java.util.Locale.ROOT, "as %.0f GiB of disk may be used", free / 0x1p30);
            readings.leaveOut(curve, String.join(", ", left) + " " + curve.sizeTitle() + ", " + why);
        }
    }

    private void run(
            final Workspace workspace,
            final ScaleCurve curve,
            final int run,
            final ScaleReadings readings,
            final Consumer<String> progress)
            throws IOException, InterruptedException {
        Path directory = workspace.newDirectory();
        long before = 0;
        for (final long size : sizes(curve)) {
            final List<String> parts = new ArrayList<>(curve.parts());
            if (!curve.isGrowing()) {
                Collections.rotate(parts, run); // nobody is always the first
            }
            for (final String part : parts) {
                progress.accept(curve.id() + " " + size + ": " + part);
                if (readings.hasFailed(curve, size)) {
                    continue;
                }
                directory = curve.isGrowing() ? directory : workspace.newDirectory();
                measure(directory, curve, part, size, before, readings);
            }
            if (curve.isGrowing() && readings.hasFailed(curve, size)) {
                break; // what is there is nothing to go on from
            }
            before = size;
        }
        workspace.clean();
    }

    private void measure(
            final Path directory,
            final ScaleCurve curve,
            final String part,
            final long size,
            final long before,
            final ScaleReadings readings)
            throws IOException, InterruptedException {
        try {
            final Path figures = OutcomeProcess.runToFile(
                    curve.id() + " " + size + " " + part,
                    directory,
                    output -> command(curve, part, size, before, directory, output));
            readings.add(curve, size, part, ScaleOutcome.read(figures));
            Files.delete(figures);
        } catch (final PerfException ex) {
            readings.addFailure(curve, size, ex.getMessage());
        }
    }

    private List<String> command(
            final ScaleCurve curve,
            final String part,
            final long size,
            final long before,
            final Path directory,
            final Path output) {
        final List<String> command = JavaCommand.of(flags(part), ScaleMain.class);
        command.add(curve.className());
        command.addAll(List.of(scale.name(), curve.id(), part, Long.toString(size), Long.toString(before)));
        command.addAll(List.of(directory.toString(), output.toString()));
        return command;
    }

    /** All flags of the JVM that does a part. */
    static List<String> flags(final String part) {
        final List<String> flags = new ArrayList<>(FLAGS);
        flags.add(part.equals("loop") ? NO_BOUNDS : JavaCommand.JOB_FLAG);
        return flags;
    }

    /** When the user ends the run. */
    private static void clean(final Workspace workspace) {
        OutcomeProcess.killAll();
        try {
            workspace.close();
        } catch (final IOException ex) {
            System.err.println("millrace perf: cannot remove " + workspace.root() + ": " + ex);
        }
    }
}
