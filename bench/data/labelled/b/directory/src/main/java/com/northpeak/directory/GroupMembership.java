package com.northpeak.directory;

import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;

public class GroupMembership {

    private static final String BASE = "ou=groups,dc=northpeak,dc=net";
    private static final String MEMBER_FILTER = "(&(objectClass=groupOfNames)(member={0})(businessCategory={1}))";

    private final DirContextProvider contexts;

    public GroupMembership(DirContextProvider contexts) {
        this.contexts = contexts;
    }

    public List<String> groupsOf(String memberDn, String category) throws NamingException {
        SearchControls controls = new SearchControls();
        controls.setSearchScope(SearchControls.ONELEVEL_SCOPE);
        controls.setReturningAttributes(new String[] {"cn"});

        DirContext ctx = contexts.open();
        try {
            NamingEnumeration<SearchResult> hits =
                    ctx.search(BASE, MEMBER_FILTER, new Object[] {memberDn, category}, controls);
            List<String> names = new ArrayList<>();
            while (hits.hasMore()) {
                Attribute cn = hits.next().getAttributes().get("cn");
                if (cn != null) {
                    names.add(String.valueOf(cn.get()));
                }
            }
            return names;
        } finally {
            ctx.close();
        }
    }
}
