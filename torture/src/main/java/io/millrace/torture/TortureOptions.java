package io.millrace.torture;

import io.millrace.torture.job.TopologyName;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run is to do.
 *
 * @param seed       that decides all that the machine does not.
 * @param seconds    after which no further round begins; 0 for no such bound.
 * @param kills      after which no further round begins; 0 for no such bound.
 * @param topologies to torture, in turn.
 * @param mutant     that the processes carry; null for none.
 * @param maxLives   of a round, at least 2.
 * @param directory  in which a directory for the run is made.
 * @param isVerbose  whether each event is told.
 */
record TortureOptions(
        long seed,
        long seconds,
        int kills,
        List<TopologyName> topologies,
        String mutant,
        int maxLives,
        Path directory,
        boolean isVerbose) {}
