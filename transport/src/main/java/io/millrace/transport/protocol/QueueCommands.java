package io.millrace.transport.protocol;

/**
 * What a node does with queues for its clients: one call per command with a template id from 40 to 49. Rules as in
 * {@link CommandHandler}: a client's token has been checked before, and {@code false} means "not now".
 */
public interface QueueCommands {}
