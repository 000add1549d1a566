package io.millrace.testkit.conformance;

import io.millrace.operators.keyed.FlyweightState;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.SideOutput;
import io.millrace.operators.keyed.ValueState;
import io.millrace.operators.state.CountState;
import io.millrace.streams.Codecs;
import java.util.List;

/**
 * Does what a value says, with all that a processor may use. Times are multiples of 20 ms, so that timers meet. What
 * each command means is written once more in {@link ProcessMeaning}.
 */
final class CommandProcessor implements Processor<String, String, String> {
    static final SideOutput<String> SIDE = SideOutput.of("side", Codecs.string());
    static final long STEP_NS = 20 * Feed.MS;

    /** A command that ends with = takes a number from -2 to 4. */
    static final List<String> COMMANDS = List.of(
            "forward",
            "side",
            "count",
            "note=",
            "forget-count",
            "forget-note",
            "event=",
            "event=",
            "event=",
            "cancel-event=",
            "log=",
            "log=",
            "cancel-log=",
            "renew=",
            "boom");

    private FlyweightState<CountState> count;
    private ValueState<String> note;
    private ValueState<Long> renewals;

    @Override
    public void init(final ProcessorSetup setup) {
        note = setup.valueState("note", Codecs.string());
        count = setup.flyweightState("count", CountState::new);
        renewals = setup.valueState("renewals", Codecs.int64());
    }

    @Override
    public void process(final String text, final ProcessorContext<String, String> context) {
        final String commands = text.split(" ")[3];
        for (final String command : commands.substring(0, commands.length() - 1).split(";")) {
            final String[] parts = command.split("=");
            final long number = parts.length == 1 ? 0 : Long.parseLong(parts[1]);
            final long eventNs =
                    context.eventTimeNs() - Math.floorMod(context.eventTimeNs(), STEP_NS) + number * STEP_NS;
            final long logNs = context.logTimeNs() - Math.floorMod(context.logTimeNs(), STEP_NS) + number * STEP_NS;
            switch (parts[0]) {
                case "forward" -> context.forward(report("value", context));
                case "side" -> context.sideOutput(SIDE, report("value", context));
                case "count" -> count.view().increment();
                case "note" -> note.set("n" + number);
                case "forget-count" -> count.clear();
                case "forget-note" -> note.clear();
                case "event" -> context.scheduleEventTimer(eventNs);
                case "cancel-event" -> context.forward(report("cancel " + context.cancelEventTimer(eventNs), context));
                case "log" -> context.scheduleLogTimer(logNs);
                case "cancel-log" -> context.forward(report("cancel " + context.cancelLogTimer(logNs), context));
                case "renew" -> renewals.set(number);
                case "boom" -> throw new IllegalStateException("boom");
                default -> {
                    // No command.
                }
            }
        }
    }

    @Override
    public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
        context.forward(report("event timer " + timeNs, context));
        final long left = renewals.valueOr(0L);
        if (left > 0) {
            renewals.set(left - 1);
            // Also at the same time again, and earlier than other timers that are due.
            context.scheduleEventTimer(timeNs + (left - 2) * STEP_NS);
            context.scheduleLogTimer(context.logTimeNs() + left);
        } else if (left < 0) {
            context.sideOutput(SIDE, report("cancel " + context.cancelEventTimer(timeNs + STEP_NS), context));
        }
    }

    @Override
    public void onLogTimer(final long timeNs, final ProcessorContext<String, String> context) {
        count.view().increment();
        context.forward(report("log timer " + timeNs, context));
        final long left = renewals.valueOr(0L);
        if (left > 0) {
            renewals.set(left - 1);
            context.scheduleLogTimer(timeNs + (left - 2) * STEP_NS);
            context.scheduleEventTimer(context.eventTimeNs() - STEP_NS);
        }
    }

    private String report(final String what, final ProcessorContext<String, String> context) {
        return what + " of " + context.key() + " at " + context.eventTimeNs() + " watermark " + context.watermarkNs()
                + " clock " + context.logTimeNs() + " position " + context.position()
                + (context.isEndOfInput() ? " end" : "")
                + " count " + (count.isSet() ? count.view().value() : "none") + " note " + note.valueOr("none");
    }
}
