package io.harbor.statements

import io.ktor.http.ContentDisposition
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.call
import io.ktor.server.auth.authenticate
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondFile
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.route
import java.io.File

class StatementStore(private val root: File) {
    fun years(): List<String> =
        root.listFiles { f -> f.isDirectory }.orEmpty().map { it.name }.sorted()

    fun locate(name: String): File = root.resolve(name)
}

fun Route.statementRoutes(store: StatementStore) {
    authenticate("session") {
        route("/statements") {
            get {
                call.respond(store.years())
            }

            get("/download") {
                val name = call.request.queryParameters["file"]
                if (name.isNullOrBlank()) {
                    call.respond(HttpStatusCode.BadRequest)
                    return@get
                }
                val file = store.locate(name)
                if (!file.isFile) {
                    call.respond(HttpStatusCode.NotFound)
                    return@get
                }
                call.response.header(HttpHeaders.ContentDisposition, ContentDisposition.Attachment.toString())
                call.respondFile(file)
            }
        }
    }
}
