/** The {@code millrace} command line: every subcommand is one class, every error is one line. */
package io.millrace.node.cli;
