package io.millrace.perf.compare;

import io.millrace.perf.compare.child.Scale;
import io.millrace.perf.compare.contender.ContenderKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** {@code millrace perf log}. */
@Command(
        name = "log",
        description = {
            "Measure the log beside plain copies into mapped files, Chronicle Queue, Aeron Archive and Aeron IPC, each in "
                    + "a JVM of its own, and check that every message arrived.",
            "Takes about 15 minutes and up to 5 GB of disk meanwhile; leave the machine alone."
        },
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a process failed, or a message was lost or altered", "2:wrong use"},
        usageHelpAutoWidth = true)
final class PerfLogCommand implements Callable<Integer> {
    private static final int MAX_RUNS = 100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean isHelp;

    @Option(names = "--quick", description = "Less of everything: about 5 minutes, 1 GB of disk.")
    private boolean isQuick;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Measure only this: append, read, two-appenders, batch, hop, reopen, power or footprint. May be "
                            + "given several times.")
    private List<String> only;

    @Option(
            names = "--contender",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Measure only this one: idle, memcpy-cold, memcpy-filled, memcpy-warm, millrace, "
                            + "millrace-growing, chronicle, aeron-archive, aeron-archive-live or aeron-ipc. May be given several times.")
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

    private final Scale ownScale;

    PerfLogCommand() {
        this(null);
    }

    /** For tests: with a scale of their own. */
    PerfLogCommand(final Scale ownScale) {
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
            return List.of(Section.values());
        }
        final Set<Section> chosen = EnumSet.noneOf(Section.class);
        for (final String name : only) {
            final Section section = Section.of(name);
            if (section == null) {
                throw wrong("unknown measurement '" + name + "' in --only; there are "
                        + Arrays.stream(Section.values()).map(Section::id).collect(Collectors.joining(", ")));
            }
            chosen.add(section);
        }
        return new ArrayList<>(chosen);
    }

    private Set<ContenderKind> contenders() {
        if (names == null) {
            return EnumSet.allOf(ContenderKind.class);
        }
        final Set<ContenderKind> chosen = EnumSet.noneOf(ContenderKind.class);
        for (final String name : names) {
            try {
                chosen.add(ContenderKind.of(name));
            } catch (final IllegalArgumentException ex) {
                throw wrong("unknown name '" + name + "' in --contender; there are "
                        + Arrays.stream(ContenderKind.values())
                                .map(ContenderKind::id)
                                .collect(Collectors.joining(", ")));
            }
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
