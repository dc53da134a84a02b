package com.northpeak.gateway;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

@Service
public class PartnerTokenService {

    private static final Logger log = LoggerFactory.getLogger(PartnerTokenService.class);
    private static final long CLOCK_SKEW_SECONDS = 30;

    private final JWTVerifier verifier;

    public PartnerTokenService(
            @Value("${partner.jwt.public-key}") RSAPublicKey publicKey,
            @Value("${partner.jwt.issuer}") String issuer) {
        this.verifier = JWT.require(Algorithm.RSA256(publicKey, null))
                .withIssuer(issuer)
                .withAudience("northpeak-gateway")
                .acceptLeeway(CLOCK_SKEW_SECONDS)
                .build();
    }

    public Optional<PartnerIdentity> identify(String token) {
        try {
            DecodedJWT jwt = verifier.verify(token);
            return Optional.of(new PartnerIdentity(jwt.getSubject(), jwt.getClaim("plan").asString()));
        } catch (JWTVerificationException e) {
            log.info("Partner token rejected: {}", e.getClass().getSimpleName());
            return Optional.empty();
        }
    }
}
