package io.harbor.branding

import io.harbor.auth.TenantPrincipal
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.call
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.principal
import io.ktor.server.response.respond
import io.ktor.server.response.respondFile
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import java.io.File

class LogoStore(root: File) {
    private val root: File = root.canonicalFile

    fun locate(tenantId: Long, name: String): File? {
        val folder = root.resolve(tenantId.toString())
        val file = folder.resolve(name).canonicalFile
        return file.takeIf { it.toPath().startsWith(folder.toPath()) && it.isFile }
    }
}

fun Route.logoRoutes(store: LogoStore) {
    authenticate("session") {
        get("/branding/logo/{name}") {
            val tenant = call.principal<TenantPrincipal>()
            val name = call.parameters["name"]
            if (tenant == null || name == null) {
                call.respond(HttpStatusCode.BadRequest)
                return@get
            }
            val file = store.locate(tenant.tenantId, name)
            if (file == null) {
                call.respond(HttpStatusCode.NotFound)
            } else {
                call.respondFile(file)
            }
        }
    }
}
