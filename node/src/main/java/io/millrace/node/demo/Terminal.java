package io.millrace.node.demo;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help.Ansi;

/**
 * What the output can show: whether it is a terminal that can be drawn on, colours (not when {@code NO_COLOR} is set), characters
 * beyond ASCII, and its size.
 */
public final class Terminal {
    private static final int DEFAULT_WIDTH = 80;
    private static final int DEFAULT_HEIGHT = 24;
    private static final long SIZE_TIMEOUT_MS = 500;

    private final PrintStream out;
    private final boolean isInteractive;
    private final boolean hasColor;
    private final boolean isUnicode;
    private int width = DEFAULT_WIDTH;
    private int height = DEFAULT_HEIGHT;

    Terminal(final PrintStream out, final boolean isInteractive, final boolean hasColor, final boolean isUnicode) {
        this.out = out;
        this.isInteractive = isInteractive;
        this.hasColor = hasColor;
        this.isUnicode = isUnicode;
    }

    /**
     * Looks at what standard output is.
     *
     * @param out stream that is written; a terminal only if it is {@link System#out}.
     * @return the terminal.
     */
    static Terminal of(final PrintStream out) {
        final boolean isInteractive = out == System.out && isTerminal() && !"dumb".equals(System.getenv("TERM"));
        final Terminal terminal =
                new Terminal(out, isInteractive, isInteractive && Ansi.AUTO.enabled(), writesUnicode());
        if (isInteractive) {
            terminal.measure();
        }
        return terminal;
    }

    PrintStream out() {
        return out;
    }

    boolean isInteractive() {
        return isInteractive;
    }

    boolean isUnicode() {
        return isUnicode;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /**
     * Text with picocli's markup, for example {@code @|bold text|@}, as this terminal shows it.
     *
     * @param markup text.
     * @return the text with escape sequences, or without any.
     */
    String styled(final String markup) {
        return (hasColor ? Ansi.ON : Ansi.OFF).string(markup);
    }

    boolean hasColor() {
        return hasColor;
    }

    /** Asks the terminal for its size; where that fails, the size stays as it was. */
    void measure() {
        try {
            final Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (stty.waitFor(SIZE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                accept(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                        .strip()
                        .split(" "));
            } else {
                stty.destroy();
            }
        } catch (final IOException ex) {
            width = Math.max(1, width);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept(final String[] rowsAndColumns) {
        if (rowsAndColumns.length == 2
                && rowsAndColumns[0].matches("\\d{1,5}")
                && rowsAndColumns[1].matches("\\d{1,5}")) {
            final int rows = Integer.parseInt(rowsAndColumns[0]);
            final int columns = Integer.parseInt(rowsAndColumns[1]);
            height = rows > 0 ? rows : height;
            width = columns > 0 ? columns : width;
        }
    }

    /**
     * Tells whether this process talks to a terminal. From Java 22 on a console exists without one too, and says which it is.
     *
     * @return false when its input or output goes to a file or a pipe.
     */
    public static boolean isTerminal() {
        final Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (final NoSuchMethodException ex) {
            return true;
        } catch (final IllegalAccessException | InvocationTargetException ex) {
            return false;
        }
    }

    private static boolean writesUnicode() {
        final String encoding = System.getProperty(
                "stdout.encoding",
                System.getProperty(
                        "sun.stdout.encoding", Charset.defaultCharset().name()));
        return encoding.toUpperCase(Locale.ROOT).startsWith("UTF");
    }
}
