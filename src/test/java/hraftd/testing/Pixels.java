package hraftd.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Compares pictures of a page, point by point. Stateless. */
public final class Pixels {

  /**
   * Of 255 in a colour: at round corners Chromium rounds otherwise when it paints a part of a page
   * anew than when it paints all of it.
   */
  private static final int ROUNDED = 1;

  private Pixels() {}

  /**
   * How many points of two pictures, as PNG, differ by more than rounding.
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
        if (apart(first.getRGB(x, y), second.getRGB(x, y)) > ROUNDED) {
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

  /** By how much the colour that differs most does. */
  private static int apart(int one, int other) {
    int most = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      most = Math.max(most, Math.abs(((one >> shift) & 0xff) - ((other >> shift) & 0xff)));
    }
    return most;
  }
}
