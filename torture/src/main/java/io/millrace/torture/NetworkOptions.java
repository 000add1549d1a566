package io.millrace.torture;

import java.nio.file.Path;

/**
 * What a network run is to do.
 *
 * @param network   {@code relay} or {@code namespaces}.
 * @param seed      that decides all that the machine does not.
 * @param seconds   after which no further round begins; 0 for no such bound.
 * @param kills     after which no further round begins; 0 for no such bound.
 * @param troubles  of a round at most.
 * @param directory in which a directory for the run is made.
 * @param isVerbose whether each event is told.
 */
record NetworkOptions(
        String network, long seed, long seconds, int kills, int troubles, Path directory, boolean isVerbose) {}
