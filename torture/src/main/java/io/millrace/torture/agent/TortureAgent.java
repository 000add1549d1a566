package io.millrace.torture.agent;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;

/**
 * The door of the agent.
 *
 * <pre>
 *   -javaagent:torture.jar=OPTION;OPTION;...
 *
 *   step=NAME:N       stops at the N-th arrival at a {@link Step}: prints "STEP NAME" and lets that thread stand; N is 1 if left out
 *   mutant=NAME       breaks the rule of a {@link Mutant}
 *   disk=DIRECTORY    puts a {@link LossyDisk} in the place of the real one, which keeps there what it has lost
 *   fail-force=N      fails the N-th force of several pages of a mapped file, which are lost then; needs a disk
 *   report            prints at the end how often each step was reached, and how often a rule was broken
 * </pre>
 *
 * <p>An option that is not known ends the process with one line and status {@value #WRONG_USE}, and so does a step whose method
 * the product does not have any more.
 */
public final class TortureAgent {
    /** Status of a process that was given wrong options. */
    static final int WRONG_USE = 2;

    private TortureAgent() {}

    /**
     * Called by the JVM before the program's main method.
     *
     * @param options         behind the agent's path; null for none.
     * @param instrumentation of the JVM.
     */
    public static void premain(final String options, final Instrumentation instrumentation) {
        try {
            install(AgentOptions.parse(options), instrumentation);
        } catch (final IllegalArgumentException | IllegalStateException | IOException e) {
            end(e.getMessage());
        }
    }

    private static void install(final AgentOptions options, final Instrumentation instrumentation) throws IOException {
        final List<Weaving> weavings = new ArrayList<>();
        for (final Arrival arrival : options.arrivals()) {
            Arrivals.expect(arrival.step(), arrival.number());
            weavings.add(Weaving.of(arrival.step()));
        }
        for (final Mutant mutant : options.mutants()) {
            for (final Change change : mutant.changes()) {
                weavings.add(Weaving.of(mutant.mutantName(), change));
            }
        }
        if (options.disk() != null) {
            LossyDisk.install(options.disk(), options.failedForce());
            for (final Change change : DiskAdvice.CHANGES) {
                weavings.add(Weaving.of("disk", change));
            }
        }
        if (options.isReport()) {
            Runtime.getRuntime().addShutdownHook(new Thread(Arrivals::report));
        }
        instrumentation.addTransformer(new Weaver(weavings));
    }

    /** Ends the process before it has done anything, with a line that says why. */
    static void end(final String message) {
        System.err.println("torture agent: " + message);
        Runtime.getRuntime().halt(WRONG_USE);
    }
}
