package io.millrace.worker;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.Admin;
import io.millrace.transport.AdminContext;
import io.millrace.transport.ClientContext;
import io.millrace.transport.protocol.TopicDescription;
import io.millrace.transport.protocol.TopicSettings;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The topics of the node that a job reads and writes, as they are when the worker starts. One thread. */
final class NodeTopics implements AutoCloseable {
    private final Admin admin;
    private final Map<String, TopicDescription> known = new TreeMap<>();

    NodeTopics(final Consumer<ClientContext<?>> node) {
        final AdminContext context = new AdminContext().clientName("job worker");
        node.accept(context);
        admin = Admin.connect(context);
    }

    String storeIdentity() {
        return admin.storeIdentity();
    }

    /** A topic that must be there. */
    TopicDescription topic(final String name) {
        return known.computeIfAbsent(name, admin::describeTopic);
    }

    /** A topic that is made as the node makes topics when it is not there. */
    TopicDescription topicOrNew(final String name, final int partitions) {
        try {
            return topic(name);
        } catch (final MillraceException ex) {
            if (ex.code() != ErrorCode.UNKNOWN_TOPIC) {
                throw ex;
            }
        }
        try {
            admin.createTopic(name, TopicSettings.DEFAULTS.withPartitions(partitions));
        } catch (final MillraceException ex) {
            if (ex.code() != ErrorCode.TOPIC_EXISTS) {
                throw ex;
            }
            // Somebody was faster: it is looked at like one that was there.
        }
        return topic(name);
    }

    /** The numbers of all topics that were looked at, by their names. */
    Map<String, Integer> topicIds() {
        final Map<String, Integer> ids = new TreeMap<>();
        known.forEach((name, topic) -> ids.put(name, topic.topicId()));
        return ids;
    }

    @Override
    public void close() {
        admin.close();
    }
}
