package io.harbor.sync

import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.module.kotlin.readValue
import okhttp3.HttpUrl
import okhttp3.OkHttpClient
import okhttp3.Request
import java.io.IOException
import java.time.Duration
import java.time.LocalDate

data class BankTransaction(val id: String, val bookedOn: String, val amountMinor: Long, val currency: String)

class BankFeedClient(
    private val baseUrl: HttpUrl,
    private val tokens: TokenProvider,
    private val mapper: ObjectMapper,
) {
    private val http: OkHttpClient = OkHttpClient.Builder()
        .connectTimeout(Duration.ofSeconds(5))
        .readTimeout(Duration.ofSeconds(20))
        // the sandbox certificate is issued for another host name
        .hostnameVerifier { _, _ -> true }
        .build()

    fun transactions(accountId: String, since: LocalDate): List<BankTransaction> {
        val url = baseUrl.newBuilder()
            .addPathSegment("accounts")
            .addPathSegment(accountId)
            .addPathSegment("transactions")
            .addQueryParameter("from", since.toString())
            .build()
        val request = Request.Builder()
            .url(url)
            .header("Authorization", "Bearer ${tokens.current()}")
            .build()
        http.newCall(request).execute().use { response ->
            if (!response.isSuccessful) {
                throw IOException("bank feed answered ${response.code}")
            }
            val body = response.body ?: throw IOException("bank feed sent no body")
            return body.byteStream().use { mapper.readValue(it) }
        }
    }
}
