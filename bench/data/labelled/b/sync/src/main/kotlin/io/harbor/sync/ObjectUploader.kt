package io.harbor.sync

import okhttp3.HttpUrl
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import java.io.IOException
import java.security.MessageDigest
import java.util.Base64

class ObjectUploader(
    private val http: OkHttpClient,
    private val bucketUrl: HttpUrl,
    private val signer: RequestSigner,
) {
    private val octets = "application/octet-stream".toMediaType()

    fun put(key: String, content: ByteArray) {
        val request = Request.Builder()
            .url(bucketUrl.newBuilder().addPathSegment(key).build())
            .header("Content-MD5", transferChecksum(content))
            .put(content.toRequestBody(octets))
            .build()

        http.newCall(signer.sign(request)).execute().use { response ->
            if (!response.isSuccessful) {
                throw IOException("upload of $key failed with ${response.code}")
            }
        }
    }

    // RFC 1864 header: detects corruption in transit, authenticity comes from the signed request
    private fun transferChecksum(content: ByteArray): String {
        val digest = MessageDigest.getInstance("MD5").digest(content)
        return Base64.getEncoder().encodeToString(digest)
    }
}
