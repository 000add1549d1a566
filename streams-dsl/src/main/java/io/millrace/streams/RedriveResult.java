package io.millrace.streams;

/**
 * What was done with dead letters.
 *
 * @param redriven       records that were appended to where they came from, or would be, where nothing is to be written.
 * @param alreadyThere   records that an earlier run had appended.
 * @param withoutRecord  letters about something that failed because time had passed: there is no record to process again.
 * @param withoutTopic   letters whose topic or partition is not in this store, or takes no record of that length.
 */
public record RedriveResult(long redriven, long alreadyThere, long withoutRecord, long withoutTopic) {
    RedriveResult plus(final RedriveResult other) {
        return new RedriveResult(
                redriven + other.redriven,
                alreadyThere + other.alreadyThere,
                withoutRecord + other.withoutRecord,
                withoutTopic + other.withoutTopic);
    }

    /**
     * Counts the letters that cannot be re-driven.
     *
     * @return their number.
     */
    public long skipped() {
        return withoutRecord + withoutTopic;
    }
}
