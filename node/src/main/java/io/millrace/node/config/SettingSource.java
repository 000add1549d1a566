package io.millrace.node.config;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Texts for settings, from one place: a file, the environment, or the command line.
 *
 * @param entries in the order in which they were written
 */
public record SettingSource(List<Entry> entries) {
    /** Variables of the environment that begin like ours and mean something else. */
    private static final Set<String> OTHER_VARIABLES =
            Set.of("MILLRACE_NODE", "MILLRACE_JVM_DIR", "MILLRACE_PRINCIPAL", "MILLRACE_KEY_FILE");

    /** What container platforms put into the environment of everybody when some service is called "millrace". */
    private static final Pattern PLATFORM_VARIABLE =
            Pattern.compile("MILLRACE_(\\w+_)?(SERVICE_HOST|SERVICE_PORT\\w*|PORT_\\d+_\\w+)");

    private static final Pattern PLATFORM_VALUE = Pattern.compile("(tcp|udp)://.*");

    /**
     * A text for a setting.
     *
     * @param name   of the setting, perhaps one that does not exist
     * @param text   of the value
     * @param origin where it was written, as it is told to a person
     */
    public record Entry(String name, String text, String origin) {}

    /**
     * Reads a file of lines {@code name = value}; empty lines and those that begin with {@code #} say nothing.
     *
     * @param file in UTF-8
     * @return its entries
     * @throws MillraceException CONFIGURATION, in one line, when it cannot be read, a line is none of these, or a name stands in
     *     it twice
     */
    public static SettingSource file(final Path file) {
        final List<Entry> entries = new ArrayList<>();
        final Map<String, Integer> lineByName = new TreeMap<>();
        int number = 0;
        for (final String line : lines(file)) {
            number++;
            final String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            final int separator = text.indexOf('=');
            if (separator <= 0) {
                throw wrong(file + " line " + number + " is not `name = value`: " + OneLine.of(text));
            }
            final String name = text.substring(0, separator).strip();
            final Integer before = lineByName.put(name, number);
            if (before != null) {
                throw wrong(file + " sets " + OneLine.of(name) + " twice, in lines " + before + " and " + number);
            }
            entries.add(new Entry(name, text.substring(separator + 1).strip(), file + " line " + number));
        }
        return new SettingSource(entries);
    }

    /**
     * Takes what the environment says.
     *
     * @param variables of the environment
     * @return those that begin with {@link Setting#ENVIRONMENT_PREFIX}, in the order of their names
     */
    public static SettingSource environment(final Map<String, String> variables) {
        final List<Entry> entries = new ArrayList<>();
        new TreeMap<>(variables).forEach((variable, text) -> {
            if (variable.startsWith(Setting.ENVIRONMENT_PREFIX) && !isOther(variable, text)) {
                entries.add(new Entry(settingName(variable), text, variable));
            }
        });
        return new SettingSource(entries);
    }

    /**
     * Takes one text that was given on the command line.
     *
     * @param name   of the setting
     * @param text   of the value
     * @param option that gave it
     * @return the entry
     */
    public static Entry option(final String name, final String text, final String option) {
        return new Entry(name, text, "option " + option);
    }

    private static boolean isOther(final String variable, final String text) {
        return OTHER_VARIABLES.contains(variable)
                || PLATFORM_VARIABLE.matcher(variable).matches()
                || PLATFORM_VALUE.matcher(text).matches();
    }

    private static String settingName(final String variable) {
        return variable.substring(Setting.ENVIRONMENT_PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace('_', '.');
    }

    private static List<String> lines(final Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (final NoSuchFileException ex) {
            throw wrong("cannot read " + file + ": no such file");
        } catch (final CharacterCodingException ex) {
            throw wrong("cannot read " + file + ": it is not a text in UTF-8");
        } catch (final IOException ex) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "cannot read " + file + ": " + ex.getMessage(), ex);
        }
    }

    private static MillraceException wrong(final String message) {
        return new MillraceException(ErrorCode.CONFIGURATION, message);
    }
}
