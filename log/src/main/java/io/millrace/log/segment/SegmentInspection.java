package io.millrace.log.segment;

import java.nio.file.Path;

/**
 * What a look at one segment found.
 *
 * @param file            that holds the segment.
 * @param basePosition    of the segment.
 * @param endPosition     behind the last record or padding seen.
 * @param recordCount     committed records seen, padding left out.
 * @param checksumCount   of those, how many have their checksum filled.
 * @param paddingLength   bytes of padding seen.
 * @param openClaims      places claimed and not committed that have something behind them; in a store that nobody writes to they are
 *                        padded when its owner opens it.
 * @param damagePosition  of the first damaged byte's record, -1 when all is well; the header's damage has the base position.
 * @param damage          what is wrong there, in one line; null when all is well.
 */
public record SegmentInspection(
        Path file,
        long basePosition,
        long endPosition,
        long recordCount,
        long checksumCount,
        long paddingLength,
        long openClaims,
        long damagePosition,
        String damage) {
    /**
     * Tells whether nothing is wrong.
     *
     * @return true when no damage was found.
     */
    public boolean isIntact() {
        return damage == null;
    }
}
