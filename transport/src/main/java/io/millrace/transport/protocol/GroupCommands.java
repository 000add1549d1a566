package io.millrace.transport.protocol;

/**
 * What a node does with consumer groups for its clients: one call per command with a template id from 30 to 39. Rules as in
 * {@link CommandHandler}: a client's token has been checked before, and {@code false} means "not now".
 */
public interface GroupCommands {}
