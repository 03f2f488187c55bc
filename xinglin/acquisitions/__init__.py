"""The acquisitions room: what readers suggest, funds, orders to vendors, receipt, invoices and serials."""
