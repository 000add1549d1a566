package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what may be changed of a topic that exists: how much of it is kept. The rest is written into its segments or
 * into where its keys are, and compaction cannot be turned off, since readers may count on all records only where none was ever dropped.
 */
final class TopicAlteration {
    private TopicAlteration() {}

    /**
     * Checks a change.
     *
     * @param current of the topic.
     * @param wanted  specification, with the segment length filled in.
     * @throws MillraceException CONFIGURATION, naming everything that cannot be changed.
     */
    static void check(final TopicSpec current, final TopicSpec wanted) {
        final List<String> refused = new ArrayList<>();
        add(refused, "partitions", current.partitions(), wanted.partitions());
        add(refused, "segmentLength", current.segmentLength(), wanted.segmentLength());
        add(refused, "internal", current.isInternal(), wanted.isInternal());
        add(refused, "durability", current.durability(), wanted.durability());
        add(refused, "keyHash", current.keyHash(), wanted.keyHash());
        add(refused, "mirror", current.isMirror(), wanted.isMirror());
        if (current.isCompacted()) {
            add(refused, "compacted", true, wanted.isCompacted());
        }
        if (!refused.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "cannot be changed of a topic: topic=" + current.name() + ' ' + String.join(" ", refused)
                            + "; retention and tombstone retention can, and compaction can be turned on;"
                            + " for the rest create another topic");
        }
    }

    private static void add(final List<String> refused, final String name, final Object current, final Object wanted) {
        if (!current.equals(wanted)) {
            refused.add(name + '=' + current + " wanted=" + wanted);
        }
    }
}
