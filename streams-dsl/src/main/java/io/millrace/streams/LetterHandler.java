package io.millrace.streams;

import io.millrace.operators.output.DeadLetter;

/** Takes the dead letters of a topic, one after the other. */
@FunctionalInterface
public interface LetterHandler {
    /**
     * Takes a letter.
     *
     * @param partition of the topic of dead letters.
     * @param position  of the letter in that partition, in bytes.
     * @param letter    that is there; may be kept.
     */
    void onLetter(int partition, long position, DeadLetter letter);
}
