package io.millrace.torture;

import io.millrace.torture.check.CheckRequest;
import io.millrace.torture.check.CheckResult;
import io.millrace.torture.check.Checker;
import io.millrace.torture.job.LifeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One round: a fresh store, its lives one after the other, the undisturbed run, and the check. */
final class Round implements AutoCloseable {
    private static final String FALLS_BACK = "falls back to";

    private final RoundPlan plan;
    private final Jvm jvm;
    private final String mutant;
    private final Counts counts;
    private final Path directory;
    private final Disk disk;
    private final Path store;
    private final Damage damage;
    private final PowerCuts powerCuts;
    private final SplittableRandom random;
    private final Consumer<String> trace;

    // Lives since a checkpoint was damaged of which nobody has told yet.
    private final List<String> pendingDamage = new ArrayList<>();
    private boolean wasCut;
    private int lives;

    /**
     * Prepares a round.
     *
     * @param plan      of the round.
     * @param jvm       that starts processes.
     * @param mutant    that they carry; null for none.
     * @param counts    of the run.
     * @param directory of the round, which does not exist yet.
     * @param trace     is told what happens.
     */
    Round(
            final RoundPlan plan,
            final Jvm jvm,
            final String mutant,
            final Counts counts,
            final Path directory,
            final Consumer<String> trace)
            throws IOException {
        this.plan = plan;
        this.jvm = jvm;
        this.mutant = mutant;
        this.counts = counts;
        this.directory = directory;
        this.trace = trace;
        random = new SplittableRandom(plan.seed());
        Files.createDirectories(directory);
        disk = Disk.create(directory.resolve("disk"), plan.fillsDisk());
        store = disk.directory().resolve("store");
        damage = new Damage(store);
        powerCuts = new PowerCuts(directory.resolve("lost"), plan.seed(), mutant, counts);
    }

    /**
     * Runs the round.
     *
     * @return what was found, in words; empty when nothing was.
     */
    List<String> run() throws IOException, InterruptedException {
        counts.rounds++;
        counts.topologies.add(plan.topology());
        try {
            for (final LifePlan life : plan.lives()) {
                live(life);
            }
            if (!pendingDamage.isEmpty()) {
                throw new FindingException("nobody fell back from a damaged checkpoint: " + pendingDamage);
            }
            calmRun();
            return check();
        } catch (final FindingException e) {
            counts.failures++;
            final List<String> findings = new ArrayList<>(List.of("life " + lives + ": " + e.getMessage()));
            findings.addAll(damages());
            return findings;
        }
    }

    /** What is wrong with the records themselves, for somebody who asks why a process gave up. */
    private List<String> damages() throws IOException {
        return Files.exists(store)
                ? result().messages().stream()
                        .filter(message -> message.startsWith("damaged"))
                        .toList()
                : List.of();
    }

    private void live(final LifePlan life) throws IOException, InterruptedException, FindingException {
        lives++;
        counts.lives++;
        if (powerCuts.before(life)) {
            wasCut = true;
            // What was damaged may be behind what is left.
            pendingDamage.clear();
        }
        // Nor is a checkpoint that a recovery has yet to cut off one to fall back from.
        if (life.damages() && pendingDamage.isEmpty() && !wasCut) {
            final String place = damage.apply(random);
            if (place != null) {
                counts.damaged++;
                pendingDamage.add(place);
                trace.accept("damaged " + place);
            }
        }
        final long startNs = System.nanoTime();
        final Path errors = directory.resolve("life-" + lives + ".err");
        try (LifeProcess process = LifeProcess.start(jvm, agent(life), options(life), errors)) {
            final LifeCourse course = new LifeCourse(life, process, disk, counts);
            course.run();
            wasCut &= !course.wasRunning();
            trace.accept("life " + lives + ": " + course.end()
                    + (life.step() == null ? "" : ", wanted at " + life.step().stepName() + ":" + life.arrival())
                    + " after "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) + " ms");
            // A life that was killed on its way up may have told, or not; the next one will.
            if (!pendingDamage.isEmpty()) {
                if (process.errors().contains(FALLS_BACK)) {
                    pendingDamage.clear();
                } else if (course.wasRunning()) {
                    throw new FindingException("it did not fall back from a damaged checkpoint: " + pendingDamage + "; "
                            + damage.whatIsThere() + "; it said: " + process.firstErrors());
                }
            }
        }
    }

    private String agent(final LifePlan life) {
        return Stream.of(
                        mutant == null ? "" : "mutant=" + mutant,
                        powerCuts.agentOptions(life.ending() == Ending.COMPLETE),
                        life.step() == null ? "" : "step=" + life.step().stepName() + ":" + life.arrival())
                .filter(option -> !option.isEmpty())
                .collect(Collectors.joining(";"));
    }

    private LifeOptions options(final LifePlan life) {
        final boolean refuses = life.fillsDisk() && !disk.canFill();
        return new LifeOptions(
                store,
                plan.topology(),
                false,
                plan.seed(),
                plan.partitions(),
                plan.inputs(),
                life.limit(),
                life.recordsPerMs(),
                life.fromStart(),
                life.checkpointMs(),
                life.closeAfterMs(),
                life.clockSeed(),
                refuses ? life.fullAtMs() : 0,
                refuses ? life.fullForMs() : 0);
    }

    private void calmRun() throws IOException, InterruptedException, FindingException {
        final LifePlan life = LifePlan.last(plan.inputs());
        final LifeOptions options =
                LifeOptions.whole(store, plan.topology(), true, plan.seed(), plan.partitions(), plan.inputs());
        try (LifeProcess process =
                LifeProcess.start(jvm, powerCuts.agentOptions(true), options, directory.resolve("calm.err"))) {
            new LifeCourse(life, process, disk, counts).run();
        }
    }

    private CheckResult result() throws IOException {
        final List<String> outputs = plan.topology().outputs();
        return Checker.check(new CheckRequest(
                store,
                plan.topology().text(),
                plan.seed(),
                plan.inputs(),
                plan.topology().inputs(),
                outputs.stream().collect(Collectors.toMap(output -> output, output -> output)),
                outputs.stream().collect(Collectors.toMap(output -> output, output -> "calm-" + output)),
                damage.partitions()));
    }

    private List<String> check() throws IOException {
        final CheckResult result = result();
        counts.inputs += result.inputs();
        counts.outputs += result.outputs();
        counts.lost += result.lost();
        counts.doubled += result.doubled();
        counts.outOfOrder += result.outOfOrder();
        counts.altered += result.altered() + result.gaps() + result.damaged();
        return result.isClean() ? List.of() : result.messages();
    }

    /** Keeps the store of a round that found something where its messages are. */
    void keep() throws IOException {
        disk.save(directory.resolve("saved"));
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
