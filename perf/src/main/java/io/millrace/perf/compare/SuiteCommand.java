package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Scale;
import io.millrace.perf.compare.contender.ContenderKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** A command that measures one suite. */
abstract class SuiteCommand extends MeasuringCommand {
    @Option(names = "--quick", description = "Less of everything.")
    private boolean isQuick;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Measure only this, of what stands above. May be given several times.")
    private List<String> only;

    @Option(
            names = "--contender",
            paramLabel = "NAME",
            split = ",",
            description = "Measure only this one, of those above. May be given several times.")
    private List<String> names;

    @Option(names = "--runs", paramLabel = "N", description = "Processes of each, 1 to 100; default 3.")
    private Integer runs;

    private final Suite suite;
    private final Scale ownScale;

    /**
     * A command for one suite.
     *
     * @param ownScale for tests, which measure little; null for what the command line says.
     */
    SuiteCommand(final Suite suite, final Scale ownScale) {
        this.suite = suite;
        this.ownScale = ownScale;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Scale scale = ownScale != null ? ownScale : isQuick ? Scale.QUICK : Scale.FULL;
        final Campaign campaign = new Campaign(sections(), contenders(), scale, runs(scale));
        if (campaign.stepCount() == 0) {
            throw wrong("--contender " + String.join(",", names) + " takes no part in what is measured");
        }
        checkOutputs();
        final Map<String, String> machine = Machine.facts(directory());
        final String date = now();
        final long startNs = System.nanoTime();
        final Figures figures = new Figures();
        PerfException failure = null;
        try {
            underWay(campaign.stepCount(), progress -> campaign.run(directory(), figures, progress));
        } catch (final PerfException ex) {
            failure = ex; // what was measured before is worth to be shown
        }
        final Report report = new Report(campaign, figures, machine, date, System.nanoTime() - startNs);
        report.print(out());
        if (failure != null) {
            throw failure;
        }
        writeJson(report.toMap());
        return PerfCommand.OK;
    }

    private List<Section> sections() {
        if (only == null) {
            return Section.of(suite);
        }
        final Set<Section> chosen = EnumSet.noneOf(Section.class);
        for (final String name : only) {
            final Section section = Section.of(suite, name);
            if (section == null) {
                throw wrong("unknown measurement '" + name + "' in --only; there are "
                        + Section.of(suite).stream().map(Section::id).collect(Collectors.joining(", ")));
            }
            chosen.add(section);
        }
        return new ArrayList<>(chosen);
    }

    private Set<ContenderKind> contenders() {
        if (names == null) {
            return EnumSet.allOf(ContenderKind.class);
        }
        final Set<ContenderKind> all = EnumSet.noneOf(ContenderKind.class);
        Section.of(suite).forEach(section -> all.addAll(section.contenders()));
        final Set<ContenderKind> chosen = EnumSet.noneOf(ContenderKind.class);
        for (final String name : names) {
            chosen.add(all.stream()
                    .filter(kind -> kind.id().equals(name))
                    .findFirst()
                    .orElseThrow(() -> wrong("unknown name '" + name + "' in --contender; there are "
                            + all.stream().map(ContenderKind::id).collect(Collectors.joining(", ")))));
        }
        return chosen;
    }

    private int runs(final Scale scale) {
        return inRange("--runs", runs, scale.runs, 1, MAX_RUNS);
    }
}
