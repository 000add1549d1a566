package io.millrace.node.access;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which principal may do what with which topics. Immutable; read when a node starts.
 *
 * <pre>
 *   # principal  topics    operations
 *   alice        orders.*  read,write
 *   *            public-*  read
 *   ops          *         all
 *   ops          __*       all
 * </pre>
 *
 * A line allows, nothing forbids: what no line allows is refused. A star in the place of the principal stands for everyone who has
 * logged in; in a pattern it stands for any number of characters. Topics whose names begin with two underscores are Millrace's own
 * and only matched by patterns that begin so.
 */
public final class AccessList {
    /** Lets everybody do everything: a node without such a file. */
    public static final AccessList OPEN = new AccessList(null);

    private static final String OWN_PREFIX = "__";
    private static final String EVERYONE = "*";
    private static final Pattern TOPICS = Pattern.compile("[A-Za-z0-9._*-]{1,249}");

    private final List<Rule> rules;

    private AccessList(final List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads a file.
     *
     * @param file to read
     * @return the rules in it
     * @throws MillraceException CONFIGURATION when it cannot be read or a line is not as above
     */
    public static AccessList read(final Path file) {
        final List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (final IOException ex) {
            throw problem(file, ex.toString());
        }
        final List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                rules.add(rule(file, i + 1, line));
            }
        }
        return new AccessList(List.copyOf(rules));
    }

    private static Rule rule(final Path file, final int number, final String line) {
        final String[] words = line.split("\\s+");
        if (words.length != 3) {
            throw problem(file, "line " + number + " must be a principal, a topic pattern and operations");
        }
        if (!TOPICS.matcher(words[1]).matches()) {
            throw problem(file, "line " + number + " has a pattern that can match no topic: " + OneLine.of(words[1]));
        }
        final EnumSet<Operation> operations = EnumSet.noneOf(Operation.class);
        for (final String word : words[2].split(",", -1)) {
            operations.addAll(operations(file, number, word));
        }
        return new Rule(words[0], words[1], pattern(words[1]), Set.copyOf(operations));
    }

    private static Set<Operation> operations(final Path file, final int number, final String word) {
        if (word.equals("all")) {
            return EnumSet.allOf(Operation.class);
        }
        for (final Operation operation : Operation.values()) {
            if (operation.word().equals(word)) {
                return EnumSet.of(operation);
            }
        }
        throw problem(
                file,
                "line " + number + " has an unknown operation: " + OneLine.of(word)
                        + "; there are read, write, create, delete, admin, group, job and all, with commas between them");
    }

    private static Pattern pattern(final String text) {
        final StringBuilder regex = new StringBuilder();
        text.chars().forEach(c -> regex.append(c == '*' ? ".*" : Pattern.quote(String.valueOf((char) c))));
        return Pattern.compile(regex.toString());
    }

    /**
     * Tells whether a principal may do something.
     *
     * @param principal that has logged in
     * @param operation that it asks for
     * @param topic     name of a topic, whether it exists or not; of a job where the operation is about one
     * @return whether a line allows it
     */
    public boolean isAllowed(final String principal, final Operation operation, final String topic) {
        return rules == null || rules.stream().anyMatch(rule -> rule.allows(principal, operation, topic));
    }

    /**
     * Refuses what a principal may not do. It is asked before anything else, so the answer does not tell whether the topic exists.
     *
     * @param principal that has logged in
     * @param operation that it asks for
     * @param topic     name of a topic, whether it exists or not; of a job where the operation is about one
     * @throws MillraceException ACCESS_DENIED when no line allows it
     */
    public void check(final String principal, final Operation operation, final String topic) {
        if (!isAllowed(principal, operation, topic)) {
            throw new MillraceException(
                    ErrorCode.ACCESS_DENIED,
                    "not allowed: principal=" + OneLine.of(principal.isEmpty() ? "(nobody)" : principal) + " operation="
                            + operation.word() + (operation == Operation.JOB ? " job=" : " topic=") + OneLine.of(topic)
                            + "; ask for a line in the node's access list");
        }
    }

    private static MillraceException problem(final Path file, final String what) {
        return new MillraceException(ErrorCode.CONFIGURATION, "access list cannot be used: file=" + file + ": " + what);
    }

    @Override
    public String toString() {
        return rules == null ? "AccessList{open}" : "AccessList{rules=" + rules.size() + '}';
    }

    private record Rule(String principal, String topics, Pattern pattern, Set<Operation> operations) {
        boolean allows(final String who, final Operation operation, final String topic) {
            return operations.contains(operation)
                    && (principal.equals(EVERYONE) || principal.equals(who))
                    && (!topic.startsWith(OWN_PREFIX) || topics.startsWith(OWN_PREFIX))
                    && pattern.matcher(topic).matches();
        }
    }
}
