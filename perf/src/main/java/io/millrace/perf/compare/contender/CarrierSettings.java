package io.millrace.perf.compare.contender;

/** What those are set to that carry messages between two processes. */
final class CarrierSettings {
    private static final String PROCESSES = "serving process with its driver in it, SHARED, which the client uses too; "
            + "all threads yield while idle; one thread publishes and takes";

    private static final String PLAIN = "keeps nothing; exclusive publications, terms of 64 MiB not sparse; ";

    private static final String NODE =
            "durability process, one node with defaults but threading=shared and idle=yield; ";

    static final String PLAIN_IPC = PLAIN + PROCESSES;
    static final String PLAIN_UDP = PLAIN + "datagrams up to 8 KiB; " + PROCESSES;
    static final String NODE_IPC = NODE + PROCESSES;
    static final String NODE_UDP = NODE_IPC;
    static final String NODE_LOG = NODE + "the subscriber is co-located; " + PROCESSES;

    static final String KAFKA =
            "one broker in KRaft combined mode with defaults; acks=1, no compression, idempotence off; "
                    + "throughput: linger.ms=5, batch.size=128 KiB, buffer 64 MiB; latency: linger.ms=0, fetch.min.bytes=1; "
                    + "the consumer waits in a thread of its own, the publisher parks between messages";

    private CarrierSettings() {}
}
