package io.millrace.node;

import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.node.access.Operation;
import io.millrace.transport.protocol.OpenedProducer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import io.millrace.transport.protocol.PublishedRecords;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What publishers ask of the node: producers are opened, and their records go into the log, or their sessions end with the reason. The
 * node's agent thread.
 *
 * <p>A record that the log cannot take just now stays in Aeron's term buffer and comes again; Aeron's flow control then slows its
 * publisher, and no other. A record that the log does not take at all (no space, a disk that fails) ends the session of its
 * publisher: the log tries again by itself, so the next session may be served.
 */
final class PublishDesk {
    private static final Logger LOGGER = LoggerFactory.getLogger(PublishDesk.class);

    private final LogStore store;
    private final NodeContext context;
    private final SessionDesk sessions;
    private final NodeCounters counters;
    private final Consumer<MillraceException> fail;
    private final boolean isPacing;

    /**
     * Serves the publishers among the node's clients.
     *
     * @param fail hears what ends the node's work for good.
     */
    PublishDesk(
            final LogStore store,
            final NodeContext context,
            final SessionDesk sessions,
            final NodeCounters counters,
            final Consumer<MillraceException> fail) {
        this.store = store;
        this.context = context;
        this.sessions = sessions;
        this.counters = counters;
        this.fail = fail;
        this.isPacing = NodeDriver.isAlwaysAwake(context.settings());
    }

    boolean onOpenProducer(
            final int clientId,
            final long correlationId,
            final String topicName,
            final String producerName,
            final int epoch) {
        final ClientSession session = sessions.session(clientId);
        ProducerSession producer = null;
        try {
            sessions.checkAllowed(session, Operation.WRITE, topicName);
            Admission.checkProducerName(producerName);
            final LogTopic topic = Admission.publishableTopic(store, topicName, sessions.visibleTo(session));
            producer = new ProducerSession(
                    sessions.nextHandle(session), producerName, store, topic, context.maxRecordLength(), isPacing);
            if (epoch == ProtocolDescriptor.NO_EPOCH) {
                final ClientSession holder = sessions.holderOf(producer);
                final OpenedProducer seen = producer.seen(holder == null ? null : holder.sameProducer(producer));
                session.answer(egress -> egress.producerOpened(correlationId, seen));
                return true;
            }
            fence(session, producer, epoch);
            // Added first: if one appender does not open, the session lets go of the others.
            session.add(producer);
            producer.open();
            final OpenedProducer opened = producer.opened();
            session.answer(egress -> egress.producerOpened(correlationId, opened));
        } catch (final RuntimeException ex) {
            if (producer != null) {
                session.remove(producer);
            }
            sessions.reject(session, correlationId, ex);
        }
        return true;
    }

    /**
     * The newest epoch of a producer is the one that counts: whoever has an older one may be dead and not know it, and does
     * not get it back. Another session of the same epoch is the one that the same publisher has lost.
     */
    private void fence(final ClientSession owner, final ProducerSession newcomer, final int wantedEpoch) {
        if (owner.sameProducer(newcomer) != null) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "producer is open already in this session: " + newcomer);
        }
        final ClientSession holder = sessions.holderOf(newcomer);
        newcomer.epoch(
                wantedEpoch,
                holder == null
                        ? newcomer.currentEpoch()
                        : holder.sameProducer(newcomer).epoch());
        if (holder != null) {
            final boolean isFenced = holder.sameProducer(newcomer).epoch() < newcomer.epoch();
            sessions.refuse(
                    holder,
                    ProtocolDescriptor.NO_CORRELATION,
                    isFenced ? ErrorCode.FENCED : ErrorCode.TRANSPORT,
                    "producer was opened again elsewhere: " + newcomer);
        }
    }

    boolean onPublish(final int clientId, final PublishedRecords records) {
        final ClientSession session = sessions.session(clientId);
        final ProducerSession producer = session.producer(records.producer());
        // A message that was not taken whole has come again: its first records are appended already.
        int toSkip = session.takeTakenCount();
        int takenCount = 0;
        while (records.hasNext()) {
            if (!records.next()) {
                onCorruptCommand(clientId);
                return true;
            }
            takenCount++;
            if (toSkip > 0) {
                toSkip--;
                continue;
            }
            final String problem = Admission.problemWith(producer, records);
            if (problem != null) {
                refuseRecord(session, Admission.codeOf(producer, records), problem);
                return true;
            }
            if (!append(session, producer, records)) {
                session.takenCount(takenCount - 1);
                return false;
            }
            if (!session.isTaking()) {
                return true;
            }
        }
        return true;
    }

    private boolean append(final ClientSession session, final ProducerSession producer, final PublishedRecords record) {
        try {
            return onResult(session, producer, record, producer.append(record));
        } catch (final MillraceException ex) {
            refuseRecord(session, ex.code(), ex.getMessage());
        } catch (final RuntimeException ex) {
            LOGGER.warn("append failed: {}", producer, ex);
            refuseRecord(session, ErrorCode.INTERNAL, "append failed: " + producer + ' ' + ex);
        }
        return true;
    }

    private boolean onResult(
            final ClientSession session,
            final ProducerSession producer,
            final PublishedRecords record,
            final long result) {
        if (result > 0) {
            counters.onAppended();
        } else if (result == Outcome.DUPLICATE) {
            counters.onDuplicate();
        } else if (result == Outcome.BACK_PRESSURED) {
            return false;
        } else if (result == Outcome.RECORD_TOO_LONG) {
            refuseRecord(
                    session,
                    ErrorCode.MALFORMED_RECORD,
                    "record is too long: " + producer + " partition=" + record.partition() + " length="
                            + (record.keyLength() + record.valueLength()));
        } else if (result == Outcome.STORAGE_FULL) {
            refuseRecord(
                    session,
                    ErrorCode.STORAGE_FULL,
                    "storage is full: " + producer + " partition=" + record.partition() + " directory="
                            + store.directory() + "; free some space and connect again");
        } else if (result == Outcome.FENCED) {
            refuseRecord(
                    session,
                    ErrorCode.FENCED,
                    "a newer epoch of the producer has begun: " + producer + " partition=" + record.partition());
        } else {
            fail.accept(new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    "append failed: " + producer + " partition=" + record.partition() + " outcome="
                            + Outcome.name(result)));
        }
        return true;
    }

    void onCorruptCommand(final int clientId) {
        counters.onRefused();
        final ClientSession session = sessions.session(clientId);
        if (session != null) {
            sessions.refuse(
                    session,
                    ProtocolDescriptor.NO_CORRELATION,
                    ErrorCode.TRANSPORT,
                    "record checksum mismatch: nothing from it on was appended; connect again and send from the first"
                            + " record that was not acknowledged");
        }
    }

    private void refuseRecord(final ClientSession session, final ErrorCode code, final String message) {
        counters.onRefused();
        sessions.refuse(session, ProtocolDescriptor.NO_CORRELATION, code, message);
    }
}
