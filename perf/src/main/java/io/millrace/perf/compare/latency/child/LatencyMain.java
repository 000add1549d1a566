package io.millrace.perf.compare.latency.child;

import io.millrace.perf.compare.child.ParentWatch;
import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyContender;
import io.millrace.perf.compare.latency.LatencyMeter;
import io.millrace.perf.compare.latency.LatencyOutcome;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.streams.WorkloadLoops;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.slf4j.LoggerFactory;

/** A process that runs one contender at all rates, compares every result with what the loop finds, writes its figures, and ends. */
public final class LatencyMain {
    private static final int MS_PER_S = 1_000;

    private LatencyMain() {}

    /**
     * Runs a contender.
     *
     * @param args class of the contender, ms of each rate that do not count, ms that do, ms after which no round to warm up begins,
     *             directory for files, file for the figures, and the cases.
     */
    public static void main(final String[] args) {
        ParentWatch.start();
        LoggerFactory.getLogger(LatencyMain.class); // starts the logging library, which is nobody's to be timed
        try (LatencyContender contender = (LatencyContender)
                Class.forName(args[0]).getDeclaredConstructor().newInstance()) {
            final List<LatencyCase> cases = new ArrayList<>();
            for (int i = 6; i < args.length; i++) {
                cases.add(LatencyCase.of(args[i]));
            }
            final List<LatencyOutcome> outcomes = run(
                    contender,
                    cases,
                    Integer.parseInt(args[1]),
                    Integer.parseInt(args[2]),
                    Integer.parseInt(args[3]),
                    Path.of(args[4]));
            write(outcomes, contender.version(), Path.of(args[5]));
        } catch (final Exception | Error ex) {
            ex.printStackTrace();
            // What is left running when something failed must not keep the process.
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    /**
     * Runs a contender in this process: first to warm up, at one rate after the other, the highest first, until the compiler is quiet.
     *
     * @param contender  to run.
     * @param cases      in their order.
     * @param settlingMs of each that do not count, in which a job that has just started gets its pages, buffers and compiled code.
     * @param measuredMs of each that do.
     * @param warmUpMs   after which no round to warm up begins; with 0 there is one.
     * @param directory  for files.
     * @return an outcome of each case.
     * @throws Exception when it fails, or a result was lost, doubled or altered.
     */
    public static List<LatencyOutcome> run(
            final LatencyContender contender,
            final List<LatencyCase> cases,
            final int settlingMs,
            final int measuredMs,
            final int warmUpMs,
            final Path directory)
            throws Exception {
        contender.open(directory);
        warmUp(contender, cases, settlingMs, warmUpMs, directory);
        final List<LatencyOutcome> outcomes = new ArrayList<>();
        for (final LatencyCase latencyCase : cases) {
            outcomes.add(run(
                    contender,
                    latencyCase,
                    settlingMs,
                    measuredMs,
                    Files.createDirectory(directory.resolve("rate-" + latencyCase.id()))));
        }
        return outcomes;
    }

    private static void warmUp(
            final LatencyContender contender,
            final List<LatencyCase> cases,
            final int roundMs,
            final int warmUpMs,
            final Path directory)
            throws Exception {
        final WarmUp warmUp = WarmUp.ofProcess(warmUpMs);
        do {
            final LatencyCase latencyCase = cases.get(cases.size() - 1 - warmUp.rounds() % cases.size());
            warmUp.beginRound();
            run(
                    contender,
                    latencyCase,
                    0,
                    roundMs,
                    Files.createDirectory(directory.resolve("warm-up-" + warmUp.rounds())));
        } while (!warmUp.isOver());
    }

    private static LatencyOutcome run(
            final LatencyContender contender,
            final LatencyCase latencyCase,
            final int settlingMs,
            final int measuredMs,
            final Path directory)
            throws Exception {
        final int settling = Math.toIntExact((long) latencyCase.rate() * settlingMs / MS_PER_S);
        final int measured = Math.toIntExact((long) latencyCase.rate() * measuredMs / MS_PER_S);
        final LatencyMeter meter = new LatencyMeter(settling, measured);
        contender.run(latencyCase, new Pace(latencyCase.intervalNs(), settling + measured), meter, directory);
        final LatencyOutcome outcome = meter.outcome(latencyCase);
        verify(outcome);
        return outcome;
    }

    /** Whoever does not keep up has not told all results, but those that it has. */
    private static void verify(final LatencyOutcome outcome) {
        final ResultSum expected = WorkloadLoops.expectedSums(LatencyCase.KEYS, Math.toIntExact(outcome.results()));
        if (outcome.checksum() != expected.checksum()) {
            throw new IllegalStateException(String.format(
                    "wrong results at %s/s: checksum=%x, where the loop finds checksum=%x, of %d",
                    outcome.latencyCase().id(), outcome.checksum(), expected.checksum(), outcome.results()));
        }
    }

    private static void write(final List<LatencyOutcome> outcomes, final String version, final Path file)
            throws IOException {
        final Properties properties = new Properties();
        outcomes.forEach(outcome -> outcome.put(properties));
        properties.setProperty("version", version);
        final Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (Writer writer = Files.newBufferedWriter(temporary)) {
            properties.store(writer, null);
        }
        Files.move(temporary, file);
    }
}
