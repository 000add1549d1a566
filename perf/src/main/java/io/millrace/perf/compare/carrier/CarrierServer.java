package io.millrace.perf.compare.carrier;

/** The serving side of a carrier, in a process of its own. */
public interface CarrierServer extends AutoCloseable {
    /**
     * What a client needs to connect.
     *
     * @return one line.
     */
    String address();

    /**
     * Does what there is to do, if the serving side has no thread of its own for it.
     *
     * @return how many messages it has moved; negative where there is nothing to call this for.
     */
    default int doWork() {
        return -1;
    }

    @Override
    void close();
}
