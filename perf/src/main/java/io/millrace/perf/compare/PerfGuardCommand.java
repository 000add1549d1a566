package io.millrace.perf.compare;

import io.millrace.perf.compare.contender.ContenderKind;
import io.millrace.perf.compare.guard.GuardComparison;
import io.millrace.perf.compare.guard.GuardHistory;
import io.millrace.perf.compare.guard.GuardRecord;
import io.millrace.perf.compare.guard.Ratio;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace perf guard}. */
@Command(
        name = "guard",
        description = {
            "Measure a fixed small set beside its limits and compare the ratios with those of the last merge, which are in "
                    + "perf/history.jsonl. Fails when one of them dropped by more than the noise.",
            "Takes nearly 6 minutes with the build in front of it, 5 GB of memory and 2 GB of disk meanwhile; leave the machine alone."
        },
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing dropped",
            "1:a figure dropped, a process failed, or results were wrong",
            "2:wrong use, nothing recorded to compare with, or a history that is not one"
        },
        usageHelpAutoWidth = true)
final class PerfGuardCommand extends MeasuringCommand {
    private static final int MIN_PAIRS = 5;
    private static final int MAX_PAIRS = 100;

    @Option(names = "--record", description = "Append what was measured to the history, as the merge's line.")
    private boolean isRecording;

    @Option(names = "--history", paramLabel = "FILE", description = "Default: perf/history.jsonl of this repository.")
    private Path history = PeerClassPath.moduleDirectory().resolve("history.jsonl");

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Measure only this: append, read, s1, s2, s3 or s4. May be given several times.")
    private List<String> only;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description = "Processes of the limit and of Millrace for each figure, 5 to 100; default 5.")
    private Integer pairs;

    private final GuardMeasure measure;
    private final int usualPairs;

    PerfGuardCommand() {
        this(new GuardCampaign(GuardScale.USUAL), GuardScale.USUAL.pairs());
    }

    /** For tests: with a measure of their own. */
    PerfGuardCommand(final GuardMeasure measure, final int usualPairs) {
        this.measure = measure;
        this.usualPairs = usualPairs;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final List<GuardFigure> figures = figures();
        final int pairCount = pairs();
        check();
        final GuardHistory known = known(figures);
        final Map<String, String> facts = facts();
        final GuardRecord run = new GuardRecord(facts, measure(figures, pairCount));
        final List<GuardComparison> comparisons = new ArrayList<>();
        run.figures().forEach((name, ratio) -> comparisons.add(new GuardComparison(name, ratio, known.last(name))));
        final GuardReport report = new GuardReport(comparisons, run);
        report.print(out());
        writeJson(report.toMap());
        if (isRecording) {
            GuardHistory.append(history, run);
            out().printf("recorded in %s%n", history);
        }
        if (!report.drops().isEmpty()) {
            throw new PerfException("dropped: " + report.drops());
        }
        return PerfCommand.OK;
    }

    private Map<String, Ratio> measure(final List<GuardFigure> figures, final int pairCount)
            throws IOException, InterruptedException {
        final Map<GuardFigure, List<Double>> measured = new LinkedHashMap<>();
        underWay(
                GuardMeasure.stepCount(figures, pairCount),
                progress -> measured.putAll(measure.run(figures, pairCount, directory(), progress)));
        final Map<String, Ratio> ratios = new LinkedHashMap<>();
        figures.forEach(figure -> ratios.put(figure.id(), Ratio.of(measured.get(figure))));
        return ratios;
    }

    /** What was recorded: read before all the measuring, not behind it. */
    private GuardHistory known(final List<GuardFigure> figures) throws IOException {
        final GuardHistory known;
        try {
            known = GuardHistory.read(history);
        } catch (final IllegalArgumentException ex) {
            throw wrong(ex.getMessage());
        }
        if (!isRecording && figures.stream().allMatch(figure -> known.last(figure.id()) == null)) {
            throw wrong(
                    "nothing is recorded in " + history
                            + " to compare with; check out what was merged last and run `./millrace perf guard --record` there");
        }
        return known;
    }

    private Map<String, String> facts() {
        final Map<String, String> machine = Machine.facts(directory());
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put(GuardRecord.DATE, now());
        facts.put(GuardRecord.COMMIT, Commit.of(PeerClassPath.moduleDirectory()));
        facts.put("version", ContenderKind.MILLRACE.version());
        facts.put(GuardRecord.JAVA, System.getProperty("java.runtime.version"));
        facts.put(GuardRecord.PROCESSOR, machine.get("processor"));
        facts.put("system", machine.get("system"));
        facts.put("load", machine.get("load"));
        return facts;
    }

    private List<GuardFigure> figures() {
        if (only == null) {
            return List.of(GuardFigure.values());
        }
        final Set<GuardFigure> chosen = EnumSet.noneOf(GuardFigure.class);
        for (final String name : only) {
            final GuardFigure figure = GuardFigure.of(name);
            if (figure == null) {
                throw wrong("unknown figure '" + name + "' in --only; there are "
                        + Arrays.stream(GuardFigure.values())
                                .map(GuardFigure::id)
                                .collect(Collectors.joining(", ")));
            }
            chosen.add(figure);
        }
        return List.copyOf(chosen);
    }

    private int pairs() {
        return inRange("--pairs", pairs, usualPairs, MIN_PAIRS, MAX_PAIRS);
    }

    private void check() {
        checkOutputs();
        if (isRecording) {
            checkFile("--history", history);
        }
    }
}
