package io.millrace.torture;

import java.nio.file.Path;
import java.util.List;

/**
 * What a network run is to do.
 *
 * @param network   that lies between.
 * @param readers   who reads, in turn from round to round.
 * @param seed      that decides all that the machine does not.
 * @param seconds   after which no further round begins; 0 for no such bound.
 * @param kills     after which no further round begins; 0 for no such bound.
 * @param mutant    that the node carries; null for none.
 * @param troubles  of a round at most.
 * @param directory in which a directory for the run is made.
 * @param isVerbose whether each event is told.
 */
record NetworkOptions(
        NetworkKind network,
        List<NetworkReaders> readers,
        long seed,
        long seconds,
        int kills,
        String mutant,
        int troubles,
        Path directory,
        boolean isVerbose) {}
