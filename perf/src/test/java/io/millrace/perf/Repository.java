package io.millrace.perf;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the repository lies whose files these tests look at. */
final class Repository {
    private Repository() {}

    /**
     * Finds the root directory of the repository: the nearest one, from here upwards, that holds the script {@code millrace}.
     *
     * @return the absolute path of the root directory.
     */
    static Path root() {
        for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
            if (Files.isRegularFile(directory.resolve("millrace"))) {
                return directory;
            }
        }
        throw new IllegalStateException(
                "no directory above " + Path.of("").toAbsolutePath() + " holds the script millrace");
    }
}
