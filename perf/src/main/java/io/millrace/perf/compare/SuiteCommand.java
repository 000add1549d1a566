package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Scale;
import io.millrace.perf.compare.contender.ContenderKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** What the commands behind {@code millrace perf} have in common: each measures one suite. */
abstract class SuiteCommand implements Callable<Integer> {
    private static final int MAX_RUNS = 100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean isHelp;

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

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to put the files while it runs; default: the system's directory for temporary files.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures to a file, too.")
    private Path json;

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
        checkDirectory();
        checkJson();
        final Map<String, String> machine = Machine.facts(directory);
        final String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final long startNs = System.nanoTime();
        final Figures figures = new Figures();
        PerfException failure = null;
        try (ProgressBar bar = newBar(campaign.stepCount())) {
            measure(campaign, figures, bar);
        } catch (final PerfException ex) {
            failure = ex; // what was measured before is worth to be shown
        }
        final Report report = new Report(campaign, figures, machine, date, System.nanoTime() - startNs);
        report.print(spec.commandLine().getOut());
        if (failure != null) {
            throw failure;
        }
        if (json != null) {
            Files.writeString(
                    json,
                    JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report.toMap()) + System.lineSeparator());
        }
        return PerfCommand.OK;
    }

    private void measure(final Campaign campaign, final Figures figures, final ProgressBar bar)
            throws IOException, InterruptedException {
        final boolean[] hasBegun = {false};
        campaign.run(directory, figures, what -> {
            if (hasBegun[0]) {
                bar.step();
            }
            hasBegun[0] = true;
            bar.setExtraMessage(what);
        });
        bar.step();
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
        if (runs == null) {
            return scale.runs;
        }
        if (runs < 1 || runs > MAX_RUNS) {
            throw wrong("--runs must be from 1 to " + MAX_RUNS + ": " + runs);
        }
        return runs;
    }

    private void checkDirectory() {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw wrong("--dir must be a directory that can be written to: " + directory);
        }
    }

    /** Before a quarter of an hour of measuring, not behind it. */
    private void checkJson() {
        if (json == null) {
            return;
        }
        final Path parent = json.toAbsolutePath().getParent();
        if (Files.isDirectory(json)
                || parent == null
                || !Files.isWritable(parent)
                || (Files.exists(json) && !Files.isWritable(json))) {
            throw wrong("--json must name a file that can be written: " + json);
        }
    }

    private ParameterException wrong(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static ProgressBar newBar(final int steps) {
        final ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName("measuring")
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(1000)
                .clearDisplayOnFinish();
        if (!isTerminal()) {
            builder.setConsumer(new DelegatingProgressBarConsumer(ignored -> {}));
        }
        return builder.build();
    }

    /** Whether standard error is one; a console object says nothing about that from JDK 22 on. */
    private static boolean isTerminal() {
        try {
            final String name =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (final IOException | UnsupportedOperationException ex) {
            return System.console() != null;
        }
    }
}
