package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Random scripts of commands with random jumps of log time: what holds after each, and that a replay is the same. */
final class BrokerReplayPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 20);
    private static final int STEPS = 250;

    @Test
    void shouldHoldWhatIsPromisedAfterEachCommandOfAnyScript() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            final RandomScript script = new RandomScript(seed);
            for (int step = 0; step < STEPS; step++) {
                script.step();
                script.check();
            }
        }
    }

    @Test
    void shouldHaveTheSameStateAndEventsInAReplayFromTheStartAndFromAnySnapshot() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final RandomScript script = new RandomScript(seed);
            final int snapshotStep = random.nextInt(STEPS);
            byte[] snapshot = null;
            int firstBehind = 0;
            int eventsBefore = 0;
            for (int step = 0; step < STEPS; step++) {
                script.step();
                if (step == snapshotStep) {
                    snapshot = script.broker.machine.snapshot();
                    firstBehind = script.broker.recorded.size();
                    eventsBefore = script.broker.events.size();
                }
            }

            final BrokerFixture whole = new BrokerFixture();
            final BrokerFixture rest = new BrokerFixture();
            load(rest, snapshot);
            for (int i = 0; i < script.broker.recorded.size(); i++) {
                final long hash = script.broker.hashes.get(i);
                whole.replay(script.broker, i);
                assertThat(whole.machine.stateHash())
                        .as("seed %d command %d", seed, i)
                        .isEqualTo(hash);
                if (i >= firstBehind) {
                    rest.replay(script.broker, i);
                    assertThat(rest.machine.stateHash())
                            .as("seed %d command %d from a snapshot before %d", seed, i, firstBehind)
                            .isEqualTo(hash);
                }
            }
            final List<String> events = script.broker.events;
            assertThat(whole.events).as("seed %d", seed).isEqualTo(events);
            assertThat(rest.events).as("seed %d", seed).isEqualTo(events.subList(eventsBefore, events.size()));
        }
    }

    @Test
    void shouldIgnoreASnapshotThatWasNotWrittenToItsEnd() {
        final BrokerFixture broker = new BrokerFixture();
        broker.apply(broker.commands.groupTopic("billing", "orders", 1, new long[2000]));
        final byte[] snapshot = broker.machine.snapshot();
        assertThat(BrokerCommandEncoder.snapshotPartCount(snapshot)).isGreaterThan(2);
        final BrokerFixture other = new BrokerFixture();

        part(other, snapshot, 0);
        part(other, snapshot, 1);

        assertThat(other.machine.groups()).isEmpty();
        load(other, snapshot);
        assertThat(other.machine.stateHash()).isEqualTo(broker.machine.stateHash());
    }

    private static void load(final BrokerFixture broker, final byte[] snapshot) {
        for (int i = 0; i < BrokerCommandEncoder.snapshotPartCount(snapshot); i++) {
            part(broker, snapshot, i);
        }
    }

    private static void part(final BrokerFixture broker, final byte[] snapshot, final int index) {
        final int length = broker.commands.snapshotPart(snapshot, index);
        broker.machine.apply(new UnsafeBuffer(broker.commands.buffer()), 0, length, 0);
    }
}
