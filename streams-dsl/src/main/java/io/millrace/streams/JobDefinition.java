package io.millrace.streams;

/**
 * A job that somebody else starts, such as {@code millrace job run}: a public class that implements this, with a public constructor
 * without arguments.
 *
 * <pre>{@code
 * public final class WordCount implements JobDefinition {
 *     public Topology topology(final String[] args) {
 *         final Topology topology = Topology.named("word-count");
 *         topology.stream("words", Codecs.string())...to("word-counts");
 *         return topology;
 *     }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface JobDefinition {
    /**
     * What the job does. Called once. Like every topology it must be the same for the same arguments: a job that starts again goes on
     * with the state of the one before.
     *
     * @param args of the job, none of them read by whoever starts it.
     * @return a topology over topics that the node has.
     * @throws Exception when the arguments are not what they should be; the message is shown to whoever starts the job.
     */
    Topology topology(String[] args) throws Exception;

    /**
     * How the job is run: threads, checkpoints, where it begins and ends. Called once, after {@link #topology}.
     *
     * @param args of the job.
     * @return settings, the defaults unless overridden; the name is set by whoever starts the job.
     * @throws Exception as {@link #topology} does.
     */
    default JobContext context(final String[] args) throws Exception {
        return new JobContext();
    }
}
