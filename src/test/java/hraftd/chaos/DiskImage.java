package hraftd.chaos;

import hraftd.testing.DirectoryTree;
import hraftd.testing.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A node's data directory: a file system of its own in an image file, so that it can be filled up
 * and so that power can fail. Power failure is ext4's own shutdown request: the kernel forgets all
 * that it has not written to the image, which after the next mount holds what had been fsynced and
 * little else. Where images cannot be mounted it is a plain directory, and those two faults are not
 * available. One thread at a time.
 */
final class DiskImage {

  /**
   * EXT4_IOC_SHUTDOWN from linux/ext4.h, with the flag that does not even write the journal first.
   */
  private static final String SHUTDOWN =
      "open(F, '<', $ARGV[0]) or die $!; my $f = pack('L', 2); ioctl(F, 0x8004587d, $f) or die $!;";

  /** Sparse: it takes what is written to it. */
  private static final String IMAGE_SIZE = "1G";

  private static final int FILL_TRIES = 10;

  private final Path image;
  private final Path directory;
  private final boolean onImage;
  private boolean mounted;

  DiskImage(Path parent, String name, boolean onImage) {
    this.image = parent.resolve(name + ".img");
    this.directory = parent.resolve(name);
    this.onImage = onImage;
  }

  /** Where the node keeps its data; there while mounted. */
  Path data() {
    return directory.resolve("data");
  }

  /** The format of a data directory that a node has written. */
  String format() {
    try {
      return Files.readString(data().resolve("format")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void create() {
    directories(directory);
    if (onImage) {
      Shell.run("truncate", "-s", IMAGE_SIZE, image.toString());
      // No reserve for root, or the disk would never be full for us; nothing left to do in the
      // background.
      Shell.run(
          "mkfs.ext4",
          "-q",
          "-F",
          "-m",
          "0",
          "-E",
          "lazy_itable_init=1,nodiscard",
          image.toString());
      mount();
    }
  }

  private void mount() {
    // commit=60: the file system itself writes as seldom as it can, so that only fsync saves
    // anything.
    Shell.run("mount", "-o", "loop,noatime,commit=60", image.toString(), directory.toString());
    mounted = true;
  }

  /** Ends use; the image stays. */
  void close() {
    if (mounted) {
      Shell.run("umount", directory.toString());
      mounted = false;
    }
  }

  /** All that was not fsynced is lost. The node's process must be dead. */
  void losePower() {
    requireImage();
    Shell.run("perl", "-e", SHUTDOWN, directory.toString());
    close();
    mount();
  }

  /** Leaves this many bytes free. */
  void fill(long leave) {
    requireImage();
    // The node takes space too meanwhile: what was free a moment ago may be more than is left.
    long size = directory.toFile().getUsableSpace() - leave;
    for (int i = 0; i < FILL_TRIES && size > 0; i++) {
      if (Shell.attempt("fallocate", "-l", Long.toString(size), ballast().toString()).exitCode()
          == 0) {
        return;
      }
      free();
      size = directory.toFile().getUsableSpace() - leave;
    }
  }

  void free() {
    if (onImage) {
      try {
        Files.deleteIfExists(ballast());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }

  /** As an empty new disk. The node's process must be dead. */
  void wipe() {
    deleteTree(data());
  }

  private void requireImage() {
    if (!onImage) {
      throw new IllegalStateException("needs a disk image");
    }
  }

  /** True if images can be made and mounted on this machine. */
  static boolean imagesWork(Path scratch) {
    DiskImage trial = new DiskImage(scratch, "trial", true);
    try {
      trial.create();
      trial.losePower();
      return true;
    } catch (Shell.Failed e) {
      return false;
    } finally {
      Shell.attempt("umount", trial.directory.toString());
      deleteTree(trial.directory);
      deleteTree(trial.image);
    }
  }

  static void directories(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void deleteTree(Path root) {
    try {
      DirectoryTree.delete(root);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
