package io.millrace.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines of a stream as bytes: nothing is decoded, so that whatever comes in goes on unchanged. */
final class LineInput {
    private static final int BUFFER_LENGTH = 64 * 1024;

    private final InputStream input;
    private final byte[] buffer = new byte[BUFFER_LENGTH];
    private byte[] line = new byte[1024];
    private int next;
    private int end;
    private int length;
    private long number;

    LineInput(final InputStream input) {
        this.input = input;
    }

    /** Moves to the next line: whether there is one. The last one needs no line feed. */
    boolean next(final int maxLength) throws IOException {
        length = 0;
        boolean isLine = false;
        while (next < end || fill()) {
            isLine = true;
            int i = next;
            while (i < end && buffer[i] != '\n') {
                i++;
            }
            append(i - next, maxLength);
            final boolean isComplete = i < end;
            next = isComplete ? i + 1 : i;
            if (isComplete) {
                break;
            }
        }
        number += isLine ? 1 : 0;
        return isLine;
    }

    /** Whether a read now would give something without waiting. */
    boolean isReady() throws IOException {
        return next < end || input.available() > 0;
    }

    /** The line without its line feed, from index 0 on. */
    byte[] bytes() {
        return line;
    }

    /** Of the line, in bytes. */
    int length() {
        return length;
    }

    /** Of the line, from 1. */
    long number() {
        return number;
    }

    private boolean fill() throws IOException {
        next = 0;
        end = Math.max(0, input.read(buffer));
        return end > 0;
    }

    private void append(final int count, final int maxLength) throws IOException {
        if (length + count > maxLength) {
            throw new IOException("line " + (number + 1) + " is longer than " + maxLength + " bytes");
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(length + count, line.length * 2));
        }
        System.arraycopy(buffer, next, line, length, count);
        length += count;
    }
}
