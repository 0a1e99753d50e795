package hraftd.security;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A context that is another one's at any time: for whoever takes one for good, as servers and
 * clients do. Each connection is made by the context of that moment. Sessions, and the keys of
 * session tickets, are that one's own, so nobody resumes what an older one had agreed to.
 * Thread-safe.
 */
final class ChangingContext extends SSLContext {

  /**
   * The context of the moment.
   *
   * @param present never null; asked for each connection
   */
  ChangingContext(Supplier<SSLContext> present) {
    super(new Present(present), present.get().getProvider(), present.get().getProtocol());
  }

  private static final class Present extends SSLContextSpi {
    private final Supplier<SSLContext> present;

    Present(Supplier<SSLContext> present) {
      this.present = present;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("it is made of others, which have been initialized");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return present.get().getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return present.get().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return present.get().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return present.get().createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return present.get().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return present.get().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return present.get().getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return present.get().getSupportedSSLParameters();
    }
  }
}
