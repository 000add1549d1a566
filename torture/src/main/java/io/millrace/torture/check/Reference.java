package io.millrace.torture.check;

/**
 * What a topology means, written down in the dullest way: takes the records of the input's partitions, one partition behind the
 * other, and makes what the job should have made of them.
 */
interface Reference {
    /** Name of the output that all topologies have. */
    String OUT = "out";

    /** Name of the output of records that came too late. */
    String LATE = "late";

    /** Takes what comes out. */
    @FunctionalInterface
    interface Outputs {
        void add(String output, OutputRecord record);
    }

    /** Begins with the next partition, of which another task makes what it makes; the topics are numbered from 0. */
    void beginPartition(int topic);

    /** Takes the next record of the partition. */
    void take(StoredRecord record, Outputs outputs);

    /** Learns that all partitions were taken. */
    void finish(Outputs outputs);
}
