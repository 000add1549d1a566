package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.WindowKind.Bounds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a task in front of an exchange sends there, from the definition: its values, or of a split window the sums of each key
 * and pane when the pane is complete and what comes for one later; and its watermark, early enough for each window.
 */
final class SendingInterpreter {
    /** What was sent, and what its source had made of time by then and before. */
    record Sent(String key, String content, long watermarkNs, boolean isSum) {}

    private record Place(Bounds pane, String key) {}

    private final WindowScript script;
    private final ArrivalTime.OfSource time;
    private final Map<Place, List<Arrival>> held = new LinkedHashMap<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<String> moments = new ArrayList<>();
    private boolean wasIdle;

    SendingInterpreter(final WindowScript script, final List<Arrival> source) {
        this.script = script;
        this.time = new ArrivalTime.OfSource(script.boundNs, script.idleAfterNs);
        for (final Arrival arrival : source) {
            if (time.watermarkNs != Long.MAX_VALUE) {
                take(arrival);
            }
        }
    }

    private void take(final Arrival arrival) {
        final long beforeNs = time.watermarkNs;
        time.take(arrival);
        moments.add(moment(time.watermarkNs, time.isIdle));
        wasIdle |= time.isIdle;
        flush(beforeNs);
        if (arrival.isData()) {
            send(arrival);
        }
    }

    private static String moment(final long watermarkNs, final boolean isIdle) {
        return watermarkNs + (isIdle ? " idle" : "");
    }

    private boolean isComplete(final Bounds pane) {
        return wasIdle || pane.endNs() + script.graceNs <= time.watermarkNs;
    }

    private void flush(final long beforeNs) {
        final List<Place> complete = new ArrayList<>(
                held.keySet().stream().filter(place -> isComplete(place.pane())).toList());
        complete.sort(Comparator.comparingLong(place -> place.pane().startNs()));
        for (final Place place : complete) {
            final String content = "sum " + place.key() + " " + WindowInterpreter.sum(held.remove(place)) + " @"
                    + place.pane().startNs();
            sent.add(new Sent(place.key(), content, beforeNs, true));
        }
    }

    private void send(final Arrival arrival) {
        if (script.isSplit) {
            final Bounds pane = ((WindowKind.Aligned) script.kind).paneOf(arrival.timeNs());
            if (!isComplete(pane)) {
                held.computeIfAbsent(new Place(pane, arrival.key()), place -> new ArrayList<>())
                        .add(arrival);
                return;
            }
        }
        sent.add(new Sent(arrival.key(), arrival.content(), time.watermarkNs, false));
    }

    List<Sent> sent() {
        return sent;
    }

    /** Compares with what one producer wrote into one partition, which holds some keys. */
    void verify(final Collection<String> keys, final List<Arrival> written) {
        final List<Sent> expected =
                sent.stream().filter(each -> keys.contains(each.key())).toList();
        assertThat(written.stream().filter(Arrival::isData).map(Arrival::content))
                .containsExactlyElementsOf(expected.stream().map(Sent::content).toList());
        long watermarkNs = Long.MIN_VALUE;
        boolean isIdle = false;
        int next = 0;
        for (final Arrival each : written) {
            if (each.isWatermark()) {
                assertThat(each.timeNs()).as("watermarks never go back").isGreaterThanOrEqualTo(watermarkNs);
                watermarkNs = each.timeNs();
                isIdle = each.isIdle();
                assertThat(moments).as("a watermark that the source had").contains(moment(watermarkNs, isIdle));
            } else if (each.isData()) {
                assertThat(isIdle).as("said to be idle before " + each).isFalse();
                verifyInTime(expected.get(next++), watermarkNs);
            }
        }
        if (time.watermarkNs == Long.MAX_VALUE) {
            assertThat(watermarkNs)
                    .as("the last word of an input that has ended")
                    .isEqualTo(Long.MAX_VALUE);
        }
    }

    private void verifyInTime(final Sent each, final long writtenNs) {
        assertThat(writtenNs).as("watermark before " + each).isLessThanOrEqualTo(each.watermarkNs());
        if (each.isSum() || writtenNs == each.watermarkNs()) {
            return;
        }
        if (script.kind instanceof WindowKind.Aligned aligned) {
            assertThat(writtenNs).as("written at all before " + each).isNotEqualTo(Long.MIN_VALUE);
            // The last window that the watermark has closed must have been closed by what was written, too.
            final List<Bounds> bounds = aligned.boundsOf(each.watermarkNs() - script.graceNs);
            final List<Bounds> before = aligned.boundsOf(bounds.get(0).startNs() - 1);
            for (final Bounds one : before) {
                if (one.endNs() + script.graceNs <= each.watermarkNs()) {
                    assertThat(writtenNs)
                            .as("watermark before " + each + " closes " + one)
                            .isGreaterThanOrEqualTo(one.endNs() + script.graceNs);
                }
            }
        } else if (!(script.kind instanceof WindowKind.Count)) {
            final long lengthNs = script.kind instanceof WindowKind.Session session
                    ? session.gapNs()
                    : ((WindowKind.Sliding) script.kind).sizeNs();
            assertThat(each.watermarkNs() - writtenNs)
                    .as("watermark before " + each + " lags by " + writtenNs)
                    .isLessThan(Math.max(1, lengthNs / 4));
        }
    }
}
