package io.millrace.transport.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.transport.codec.JobListEncoder;
import io.millrace.transport.codec.JobRegisteredEncoder;
import io.millrace.transport.codec.JobReplacedEncoder;
import io.millrace.transport.codec.JobStoppingEncoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.codec.StopRequestedEncoder;
import io.millrace.transport.protocol.JobEvents;
import io.millrace.transport.protocol.JobReport;
import io.millrace.transport.protocol.JobState;
import io.millrace.transport.protocol.JobSummary;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class JobEventAdapterTest {
    private static final int MESSAGES = 5;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final Events events = new Events();
    private final JobEventAdapter adapter = new JobEventAdapter(events);

    @Test
    void shouldTurnEveryEventIntoItsCall() {
        for (int message = 0; message < MESSAGES; message++) {
            assertThat(onEvent(encode(message))).isEqualTo(MessageResult.DONE);
        }

        assertThat(events.log)
                .containsExactly(
                        "registered 1",
                        "stop requested 2",
                        "jobs 3 true "
                                + List.of(
                                        new JobSummary(
                                                "a",
                                                5,
                                                "h",
                                                7,
                                                6,
                                                11,
                                                "t",
                                                new JobReport(JobState.LOST, 8, 9, 10, "p")),
                                        // A newer node may know of more states.
                                        new JobSummary(
                                                "b", 0, "", 0, 0, 0, "", new JobReport(JobState.RUNNING, 0, 0, 0, ""))),
                        "stopping 12 13",
                        "replaced 14");
    }

    @Test
    void shouldIgnoreEveryEventThatEndsTooEarly() {
        for (int message = 0; message < MESSAGES; message++) {
            final int length = encode(message);
            for (int end = ProtocolDescriptor.HEADER_LENGTH; end < length; end++) {
                assertThat(onEvent(end))
                        .as("message %d of %d bytes, cut at %d", message, length, end)
                        .isEqualTo(MessageResult.IGNORED);
            }
        }
        assertThat(events.log).isEmpty();
    }

    @Test
    void shouldReadNothingBehindTheEndWhateverTheLengthsSay() {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 10_000; round++) {
            final int length = encode(2);
            final UnsafeBuffer exact = new UnsafeBuffer(new byte[length]);
            exact.putBytes(0, buffer, 0, length);
            for (int i = 0; i < 3; i++) {
                final int at = random.nextInt(length);
                exact.putByte(at == 2 || at == 3 ? 0 : at, (byte) random.nextInt());
            }
            header.wrap(exact, 0);
            try {
                adapter.onEvent(header, exact, ProtocolDescriptor.HEADER_LENGTH, length);
            } catch (final IndexOutOfBoundsException ex) {
                throw new AssertionError("seed " + seed + " round " + round, ex);
            }
        }
    }

    private MessageResult onEvent(final int length) {
        header.wrap(buffer, 0);
        return adapter.onEvent(header, buffer, ProtocolDescriptor.HEADER_LENGTH, length);
    }

    private int encode(final int message) {
        return ProtocolDescriptor.HEADER_LENGTH
                + switch (message) {
                    case 0 ->
                        new JobRegisteredEncoder()
                                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                                .correlationId(1)
                                .encodedLength();
                    case 1 ->
                        new StopRequestedEncoder()
                                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                                .jobKey(2)
                                .encodedLength();
                    case 2 -> jobs();
                    case 3 ->
                        new JobStoppingEncoder()
                                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                                .correlationId(12)
                                .jobKey(13)
                                .encodedLength();
                    default ->
                        new JobReplacedEncoder()
                                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                                .jobKey(14)
                                .encodedLength();
                };
    }

    private int jobs() {
        final JobListEncoder jobs = new JobListEncoder()
                .wrapAndApplyHeader(buffer, 0, headerEncoder)
                .correlationId(3)
                .hasMore((short) 1);
        jobs.jobsCount(2)
                .next()
                .jobKey(5)
                .startedMs(6)
                .pid(7)
                .recordsIn(8)
                .recordsOut(9)
                .lagBytes(10)
                .restarts(11)
                .state((short) JobState.LOST.ordinal())
                .name("a")
                .host("h")
                .topology("t")
                .problem("p")
                .next()
                .jobKey(0)
                .startedMs(0)
                .pid(0)
                .recordsIn(0)
                .recordsOut(0)
                .lagBytes(0)
                .restarts(0)
                .state((short) 200)
                .name("b")
                .host("")
                .topology("")
                .problem("");
        return jobs.encodedLength();
    }

    private static final class Events implements JobEvents {
        private final List<String> log = new ArrayList<>();

        @Override
        public void onJobRegistered(final long correlationId) {
            log.add("registered " + correlationId);
        }

        @Override
        public void onStopRequested(final long jobKey) {
            log.add("stop requested " + jobKey);
        }

        @Override
        public void onJobs(final long correlationId, final List<JobSummary> jobs, final boolean hasMore) {
            log.add("jobs " + correlationId + ' ' + hasMore + ' ' + jobs);
        }

        @Override
        public void onJobStopping(final long correlationId, final long jobKey) {
            log.add("stopping " + correlationId + ' ' + jobKey);
        }

        @Override
        public void onJobReplaced(final long jobKey) {
            log.add("replaced " + jobKey);
        }
    }
}
