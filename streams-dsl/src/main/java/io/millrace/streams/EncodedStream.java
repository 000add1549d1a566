package io.millrace.streams;

import io.millrace.operators.core.ErrorPolicy;

/**
 * SBE messages that are made while they are appended.
 */
public final class EncodedStream {
    private final Flow<?> flow;
    private ErrorPolicy policy;

    EncodedStream(final Flow<?> flow) {
        this.flow = flow;
    }

    /**
     * Says what is done with a value that makes the function fail.
     *
     * @param newPolicy to follow, in the place of that of the topology.
     * @return this stream.
     */
    public EncodedStream onError(final ErrorPolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    /**
     * Appends each message to a topic, which is created with the job when it does not exist.
     *
     * @param topic that no other sink of the topology writes.
     */
    public void to(final String topic) {
        flow.to(topic, policy);
    }
}
