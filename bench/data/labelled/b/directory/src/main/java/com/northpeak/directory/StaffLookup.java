package com.northpeak.directory;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attributes;
import javax.naming.directory.DirContext;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;

@Path("/staff")
public class StaffLookup {

    private static final String BASE = "ou=people,dc=northpeak,dc=net";

    private final DirContextProvider contexts;

    public StaffLookup(DirContextProvider contexts) {
        this.contexts = contexts;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public StaffCard byMail(@QueryParam("mail") String mail) throws NamingException {
        SearchControls controls = new SearchControls();
        controls.setSearchScope(SearchControls.SUBTREE_SCOPE);
        controls.setReturningAttributes(new String[] {"cn", "telephoneNumber"});
        controls.setCountLimit(1);

        String filter = String.format("(&(objectClass=inetOrgPerson)(mail=%s))", mail);
        DirContext ctx = contexts.open();
        try {
            NamingEnumeration<SearchResult> hits = ctx.search(BASE, filter, controls);
            if (!hits.hasMore()) {
                throw new NotFoundException();
            }
            Attributes attrs = hits.next().getAttributes();
            return new StaffCard(
                    String.valueOf(attrs.get("cn").get()), String.valueOf(attrs.get("telephoneNumber").get()));
        } finally {
            ctx.close();
        }
    }
}
