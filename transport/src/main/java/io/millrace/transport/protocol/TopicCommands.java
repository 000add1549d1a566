package io.millrace.transport.protocol;

/**
 * What a node does with topics for its clients: one call per command with a template id from 20 to 29. Rules as in
 * {@link CommandHandler}: a client's token has been checked before, and {@code false} means "not now".
 */
public interface TopicCommands {}
