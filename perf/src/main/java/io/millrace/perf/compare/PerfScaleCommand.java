package io.millrace.perf.compare;

import io.millrace.perf.compare.scale.ScaleSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace perf scale}. */
@Command(
        name = "scale",
        header = "Measure how costs grow with cores, keys, windows, the log, partitions and idle topics.",
        description = {
            "Each point of a curve is measured in a JVM of its own, beside the same work as a plain loop where there is one, and "
                    + "what comes out is compared.",
            "Takes about a quarter of an hour (--quick: 5 minutes), 8 GB of memory and up to half of the free disk meanwhile; leave "
                    + "the machine alone."
        },
        descriptionHeading = "%n",
        parameterListHeading = "%nCurves:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed, or results were wrong", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfScaleCommand extends MeasuringCommand {
    @Parameters(
            paramLabel = "CURVE",
            arity = "0..*",
            description = {
                "All of them unless some are named:",
                "cores       a job on one core and on two",
                "keys        cost of an event, 1,000 to 10,000,000 keys",
                "windows     cost of an event, 1 to 1,000 windows that overlap",
                "log         append, read, seek and open, 1 to 50 GiB",
                "partitions  cost of an event, 1 to 1,000 partitions",
                "idle        heap, append and open beside 10 to 10,000 idle topics"
            })
    private List<String> curves;

    @Option(names = "--quick", description = "Fewer and smaller points, a log of up to 4 GiB: about 5 minutes.")
    private boolean isQuick;

    @Option(names = "--runs", paramLabel = "N", description = "Processes of each, 1 to 100; default 1.")
    private Integer runs;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report with plots, too.")
    private Path html;

    private final ScaleSize ownScale;

    PerfScaleCommand() {
        this(null);
    }

    /** For tests, which measure little; null for what the command line says. */
    PerfScaleCommand(final ScaleSize ownScale) {
        this.ownScale = ownScale;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final ScaleSize scale = ownScale != null ? ownScale : isQuick ? ScaleSize.QUICK : ScaleSize.FULL;
        final List<ScaleCurve> chosen = curves();
        final int times = inRange("--runs", runs, 1, 1, MAX_RUNS);
        checkOutputs();
        checkFile("--html", html);
        final long free = Files.getFileStore(directory()).getUsableSpace() / 2;
        final ScaleCampaign campaign = new ScaleCampaign(chosen, scale, times, free);
        final Map<String, String> machine = Machine.facts(directory());
        final String date = now();
        final long startNs = System.nanoTime();
        final ScaleReadings readings = new ScaleReadings();
        final Supplier<ScaleReport> report =
                () -> new ScaleReport(campaign, readings, machine, date, System.nanoTime() - startNs);
        underWay(
                campaign.stepCount(),
                progress -> campaign.run(directory(), readings, what -> {
                    progress.accept(what);
                    save(report.get()); // whoever ends the run keeps what was measured by then
                }));
        report.get().print(out());
        save(report.get());
        if (!readings.failures().isEmpty()) {
            throw new PerfException(readings.failures().get(0));
        }
        return PerfCommand.OK;
    }

    private void save(final ScaleReport report) {
        try {
            writeJson(report.toMap());
            if (html != null) {
                Files.writeString(html, HtmlReport.of("scale.html", report.toMap()));
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private List<ScaleCurve> curves() {
        if (curves == null || curves.isEmpty()) {
            return List.of(ScaleCurve.values());
        }
        final Set<ScaleCurve> chosen = EnumSet.noneOf(ScaleCurve.class);
        for (final String name : curves) {
            final ScaleCurve curve = ScaleCurve.of(name);
            if (curve == null) {
                throw wrong("unknown curve '" + name + "'; there are "
                        + Arrays.stream(ScaleCurve.values()).map(ScaleCurve::id).collect(Collectors.joining(", ")));
            }
            chosen.add(curve);
        }
        return new ArrayList<>(chosen);
    }
}
