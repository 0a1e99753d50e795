package hraftd.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Compares pictures of a page, point by point. Stateless. */
public final class Pixels {

  private Pixels() {}

  /**
   * How many points of two pictures, as PNG, differ.
   *
   * @throws IllegalArgumentException if they are not of one size
   */
  public static int differing(byte[] one, byte[] other) {
    BufferedImage first = read(one);
    BufferedImage second = read(other);
    if (first.getWidth() != second.getWidth() || first.getHeight() != second.getHeight()) {
      throw new IllegalArgumentException("one picture is larger than the other");
    }
    int differing = 0;
    for (int x = 0; x < first.getWidth(); x++) {
      for (int y = 0; y < first.getHeight(); y++) {
        if (first.getRGB(x, y) != second.getRGB(x, y)) {
          differing++;
        }
      }
    }
    return differing;
  }

  private static BufferedImage read(byte[] png) {
    try {
      return ImageIO.read(new ByteArrayInputStream(png));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
